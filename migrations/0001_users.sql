-- People who may write posts.
--
-- Files of this directory are applied in the order of their numbers, each once
-- and in a transaction of its own, when nginx starts or reloads.  What was
-- applied is recorded in the table _sqlx_migrations; a file that has been
-- applied must not change any more: write the next one instead.

CREATE TABLE users (
    id            uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    email         text        NOT NULL,
    name          text        NOT NULL,
    password_hash text        NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),

    -- A constraint's name is what the API's errors speak of: choose it well.
    -- Letters of either case count as different, as RFC 5321 has it.
    CONSTRAINT users_email_key    UNIQUE (email),
    CONSTRAINT users_email_length CHECK (char_length(email) BETWEEN 3 AND 254),
    CONSTRAINT users_name_length  CHECK (char_length(name) BETWEEN 1 AND 100)
);

-- the order in which GET /users lists them
CREATE INDEX users_created_at_id_idx ON users (created_at, id);
