-- Signing in: who may do what, and the tokens that are out.

ALTER TABLE users
    -- the role of the database that the user's requests act as
    ADD COLUMN role     text    NOT NULL DEFAULT 'app_user',
    ADD COLUMN disabled boolean NOT NULL DEFAULT false,

    ADD CONSTRAINT users_role_known CHECK (role IN ('app_user', 'app_admin'));

-- People do not know in which case they have written their address.  The index
-- also finds them: WHERE lower(email) = lower($email).
ALTER TABLE users DROP CONSTRAINT users_email_key;
CREATE UNIQUE INDEX users_email_key ON users (lower(email));

-- Of a refresh token only its hash: who reads the table cannot sign in by it.
-- Each is used once, and gives the next one of its family.
CREATE TABLE refresh_tokens (
    hash       bytea       PRIMARY KEY,
    family     uuid        NOT NULL,
    user_id    uuid        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    revoked    boolean     NOT NULL DEFAULT false,

    CONSTRAINT refresh_tokens_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT refresh_tokens_hash_length CHECK (octet_length(hash) = 32)
);

-- a family is revoked as a whole; a user's go when the user does
CREATE INDEX refresh_tokens_family_idx  ON refresh_tokens (family);
CREATE INDEX refresh_tokens_user_id_idx ON refresh_tokens (user_id);

-- Access tokens are good until they expire, but for these: nginx asks for the
-- list every few seconds (sql/revoked.sql).
CREATE TABLE revoked_tokens (
    jti        text        PRIMARY KEY,
    expires_at timestamptz NOT NULL,

    CONSTRAINT revoked_tokens_jti_length
        CHECK (char_length(jti) BETWEEN 1 AND 200)
);

CREATE INDEX revoked_tokens_expires_at_idx ON revoked_tokens (expires_at);
CREATE INDEX users_disabled_idx ON users (id) WHERE disabled;
