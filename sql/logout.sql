-- POST /auth/logout: no refresh token of this sign-in is good any more, nor is
-- the access token that came along, if one did.

WITH family AS (
    UPDATE refresh_tokens
       SET revoked = true
     WHERE family = (SELECT family FROM refresh_tokens
                      WHERE hash = sha256(convert_to($refresh_token, 'UTF8')))
), over AS (
    DELETE FROM revoked_tokens WHERE expires_at < now()
)
INSERT INTO revoked_tokens (jti, expires_at)
SELECT $jwt.jti, to_timestamp($jwt.exp::float8)
 WHERE $jwt.jti IS NOT NULL
    ON CONFLICT DO NOTHING
