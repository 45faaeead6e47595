-- POST /auth/register and POST /api/v1/users.  An address that is taken, in
-- whatever case, breaks users_email_key: 409.

INSERT INTO users (email, name, password_hash)
VALUES ($email, $name, $password_hash)
RETURNING id, email, name, created_at
