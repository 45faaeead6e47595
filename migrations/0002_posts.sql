-- What users write.  A user's posts go with the user.

CREATE TABLE posts (
    id         uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id    uuid        NOT NULL,
    title      text        NOT NULL,
    content    text        NOT NULL,
    published  boolean     NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES users (id) ON DELETE CASCADE,

    CONSTRAINT posts_title_length
        CHECK (char_length(title) BETWEEN 1 AND 200),
    CONSTRAINT posts_content_length
        CHECK (char_length(content) <= 100000)
);

-- Newest first, then by id: all of them, and those of one user.  The second
-- also serves the foreign key, when a user is deleted.
CREATE INDEX posts_created_at_id_idx ON posts (created_at DESC, id);
CREATE INDEX posts_user_id_created_at_id_idx
    ON posts (user_id, created_at DESC, id);
