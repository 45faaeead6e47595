-- POST /posts/batch: the whole array in one statement, so all or nothing.
-- $body is the request's body as jsonb, checked against the rules of the route.

INSERT INTO posts (user_id, title, content, published)
SELECT user_id, title, content, coalesce(published, false)
  FROM jsonb_to_recordset($body)
       AS post (user_id uuid, title text, content text, published boolean)
RETURNING id, user_id, title, content, published, created_at
