-- POST /auth/login: the refresh token, as its hash.  What has expired of this
-- user's goes on the way.

WITH expired AS (
    DELETE FROM refresh_tokens
     WHERE user_id = $user.id AND expires_at < now()
)
INSERT INTO refresh_tokens (hash, family, user_id, expires_at)
VALUES (sha256(convert_to($refresh, 'UTF8')), gen_random_uuid(), $user.id,
        now() + interval '30 days')
