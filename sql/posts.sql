-- GET /posts: of everybody or of one user, published or not; the newest first.
--
-- A parameter that was not sent is NULL.  PostgreSQL plans a statement like
-- this for the values it gets, so each case has its index.

SELECT id, user_id, title, content, published, created_at
  FROM posts
 WHERE ($user_id::uuid IS NULL OR user_id = $user_id)
   AND ($published::boolean IS NULL OR published = $published)
 ORDER BY created_at DESC, id
 LIMIT $limit OFFSET $offset
