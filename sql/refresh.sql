-- POST /auth/refresh: a refresh token is good once, and gives the next one.
--
-- One that is used again within 10 seconds is a second tab, or an answer that
-- was lost: it gives another one.  Later it was stolen, or its successor was:
-- the whole family is revoked.  All of it is one statement: two that come at the
-- same time wait for each other, and nothing is done by half.

WITH seen AS MATERIALIZED (
    SELECT family, user_id, used_at, revoked, expires_at
      FROM refresh_tokens
     WHERE hash = sha256(convert_to($refresh_token, 'UTF8'))
       FOR UPDATE
), good AS (
    SELECT seen.family, users.id, users.role
      FROM seen JOIN users ON users.id = seen.user_id
     WHERE NOT seen.revoked AND seen.expires_at > now() AND NOT users.disabled
       AND (seen.used_at IS NULL OR seen.used_at > now() - interval '10 s')
), used AS (
    UPDATE refresh_tokens
       SET used_at = coalesce(used_at, now())
     WHERE hash = sha256(convert_to($refresh_token, 'UTF8'))
       AND EXISTS (SELECT FROM good)
), reused AS (
    UPDATE refresh_tokens
       SET revoked = true
      FROM seen
     WHERE refresh_tokens.family = seen.family AND NOT refresh_tokens.revoked
       AND seen.used_at <= now() - interval '10 s'
), next AS (
    INSERT INTO refresh_tokens (hash, family, user_id, expires_at)
    SELECT sha256(convert_to($next, 'UTF8')), family, id,
           now() + interval '30 days'
      FROM good
)
SELECT id, role FROM good
