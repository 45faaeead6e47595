-- Access tokens that hold no more, though their time is not over: those that
-- signed out, and all of users who are disabled.

SELECT jti, NULL AS sub FROM revoked_tokens WHERE expires_at > now()
UNION ALL
SELECT NULL, id::text FROM users WHERE disabled
