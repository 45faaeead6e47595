# Whose fault it is that a constraint refuses: each statement in both
# directions, 4xx where what this client has sent is at fault, with its place,
# else 500 and a line in the error log.

BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; }

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

sql(<<'SQL');
CREATE EXTENSION IF NOT EXISTS citext;
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TABLE item (id int PRIMARY KEY, a int, b int, c int, note text NOT NULL DEFAULT '',
    touched int NOT NULL DEFAULT 0, score positive,
    CONSTRAINT item_small CHECK (b < 10), CONSTRAINT item_sum CHECK (a + c < 100),
    CONSTRAINT item_done CHECK (note <> 'done' OR c IS NOT NULL));
INSERT INTO item (id, a, b, c, score) VALUES (1, 1, 1, 1, 1), (3, 3, 3, NULL, 3);
ALTER TABLE item DROP CONSTRAINT item_small;
INSERT INTO item (id, a, b, c, score) VALUES (2, 2, 50, 2, 2);
ALTER TABLE item ADD CONSTRAINT item_small CHECK (b < 10) NOT VALID;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS
    $$BEGIN IF NEW.a = 77 THEN NEW.touched = NULL; END IF; RETURN NEW; END$$;
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON item FOR EACH ROW EXECUTE FUNCTION touch();

CREATE TABLE article (id int PRIMARY KEY, slug text UNIQUE, author int);
INSERT INTO article VALUES (1, 'one', NULL), (2, 'two', 5);
CREATE TABLE favourite (person int NOT NULL, article int NOT NULL REFERENCES article, PRIMARY KEY (person, article));
INSERT INTO favourite VALUES (5, 1);
CREATE TABLE tagged (article int, tag text NOT NULL, place int NOT NULL);

CREATE TABLE parent (id int PRIMARY KEY, code text UNIQUE);
INSERT INTO parent VALUES (1, 'a'), (2, 'b');
CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent DEFERRABLE INITIALLY DEFERRED,
    place int UNIQUE DEFERRABLE INITIALLY DEFERRED);
INSERT INTO child VALUES (1, 1, 1);
CREATE TABLE counter (id int PRIMARY KEY, n int);
INSERT INTO counter VALUES (1, 0);

CREATE TABLE page (id int PRIMARY KEY, title text, slug text GENERATED ALWAYS AS (lower(title)) STORED UNIQUE,
    width int, area int GENERATED ALWAYS AS (width * width) STORED, CONSTRAINT page_area CHECK (area < 100));
INSERT INTO page (id, title) VALUES (1, 'Home');
CREATE TABLE post (id int PRIMARY KEY, title text, slug text UNIQUE, kind text);
CREATE UNIQUE INDEX post_kind ON post (lower(kind));
CREATE FUNCTION slug() RETURNS trigger LANGUAGE plpgsql AS
    $$BEGIN NEW.slug = trim(both '-' from regexp_replace(lower(NEW.title), '[^a-z0-9]+', '-', 'g')); RETURN NEW; END$$;
CREATE TRIGGER slug BEFORE INSERT ON post FOR EACH ROW EXECUTE FUNCTION slug();
INSERT INTO post VALUES (1, 'Hello, world', NULL, 'News');

CREATE TABLE event (day date NOT NULL, kind text DEFAULT 'x', n int, PRIMARY KEY (day, n)) PARTITION BY RANGE (day);
CREATE TABLE event_2024 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
ALTER TABLE event ADD CONSTRAINT event_kind CHECK (kind <> 'no');
CREATE TABLE room (room int, during int4range, note text, EXCLUDE USING gist (during WITH &&));
INSERT INTO room VALUES (1, '[1,5)');
CREATE TABLE account (email citext PRIMARY KEY, name text UNIQUE, n int NOT NULL DEFAULT 1 CHECK (n < 3));
INSERT INTO account VALUES ('A@b.c', 'Ann', 2);
CREATE VIEW account_view AS SELECT email AS mail, name AS called, n AS amount FROM account;
CREATE VIEW small AS SELECT id, n FROM counter WHERE n < 10 WITH CHECK OPTION;
CREATE TABLE sums (id int PRIMARY KEY, big int, small smallint, name text);
INSERT INTO sums VALUES (1, 1, 32767, 'x');
CREATE TABLE ruled (id int PRIMARY KEY, n int CHECK (n > 0));
CREATE VIEW rules AS SELECT id AS k, n AS v FROM ruled;
CREATE RULE rules_insert AS ON INSERT TO rules DO INSTEAD INSERT INTO ruled VALUES (NEW.k, NEW.v);
CREATE TABLE audit (who text NOT NULL, what text CHECK (what <> ''));
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS
    $$BEGIN
    IF NEW.n = 13 THEN RAISE EXCEPTION 'not 13' USING ERRCODE = '23514'; END IF;
    IF NEW.n = 14 THEN RAISE EXCEPTION 'gone' USING ERRCODE = 'PT410'; END IF;
    RETURN NEW; END$$;
CREATE TRIGGER audit BEFORE UPDATE ON counter FOR EACH ROW EXECUTE FUNCTION audit();
SQL

our $Config = <<'END';
    location /w {
        set $me 5;

        # columns that an UPDATE leaves as they are
        api_route PUT /a/:id { api_body { a int; } api_query exec "UPDATE item SET a = $a WHERE id = $id"; }
        api_route PUT /ab/:id { api_body { a int; b int; } api_query exec "UPDATE item SET a = $a, b = $b WHERE id = $id"; }
        api_route PUT /note/:id { api_body { note string; } api_query exec "UPDATE item SET note = $note WHERE id = $id"; }
        api_route PUT /done/:id { api_query exec "UPDATE item SET note = 'done' WHERE id = $id"; }
        api_route PUT /bad/:id { api_query exec "UPDATE item SET b = 99 WHERE id = $id"; }
        api_route PUT /less/:id { api_query exec "UPDATE item SET score = score - 1 WHERE id = $id"; }
        api_route PUT /score/:id { api_body { by int; } api_query exec "UPDATE item SET score = 5 - $by WHERE id = $id"; }
        api_route PUT /a-less/:id { api_body { a int; } api_query exec "UPDATE item SET a = $a, score = 0 * 1 WHERE id = $id"; }
        api_route PUT /now/:id { api_query exec "UPDATE item SET c = 5 WHERE id = $id"; }
        api_route PUT /put/:id { api_body { a int; }
            api_query exec "INSERT INTO item (id, a) VALUES ($id, $a) ON CONFLICT (id) DO UPDATE SET a = EXCLUDED.a"; }
        api_route PUT /with/:id { api_body { a int; }
            api_query one "WITH x AS (UPDATE item SET a = $a WHERE id = $id RETURNING id) SELECT id FROM x"; }
        api_route PUT /both { api_body { what string; }
            api_query exec "WITH x AS (INSERT INTO audit (who, what) VALUES ('x', $what)) UPDATE item SET b = 99 WHERE id = 1"; }

        # without a list of columns
        api_route POST /row { api_body { id int; a int; } api_query exec "INSERT INTO item VALUES ($id, $a, 50)"; }
        api_route POST /row-b { api_body { id int; b int; } api_query exec "INSERT INTO item VALUES ($id, 1, $b)"; }
        api_route POST /row-null { api_body { who string; } api_query exec "INSERT INTO audit VALUES ($who)"; }
        api_route POST /row-null-too { api_body { what string; } api_query exec "INSERT INTO audit VALUES (NULL, $what)"; }
        api_route POST /row-note { api_body { id int; } api_query exec "INSERT INTO item VALUES ($id, 1, 1, 1, NULL)"; }

        # keys
        api_route POST /fav/:slug { api_query exec "INSERT INTO favourite SELECT $me, id FROM article WHERE slug = $slug"; }
        api_route POST /fav-named/:slug { api_query exec "INSERT INTO favourite (person, article) SELECT $me, id FROM article WHERE slug = $slug"; }
        api_route POST /fav-row/:slug {
            api_query one "SELECT id FROM article WHERE slug = $slug" as=x;
            api_query exec "INSERT INTO favourite (person, article) VALUES ($me, $x.id)"; }
        api_route POST /fav-with/:slug {
            api_query exec "WITH x AS (SELECT id FROM article WHERE slug = $slug) INSERT INTO favourite (person, article) SELECT $me, x.id FROM x"; }
        api_route POST /fav-fixed { api_body { tag string; }
            api_query exec "WITH t AS (INSERT INTO tagged VALUES (1, $tag, 1)) INSERT INTO favourite (person, article) SELECT person, article FROM favourite"; }
        api_route POST /author/:slug {
            api_query one "SELECT author FROM article WHERE slug = $slug" as=x;
            api_query exec "INSERT INTO favourite (person, article) VALUES ($x.author, 2)"; }
        api_route POST /page { api_body { id int; title string; width int; } api_query exec "INSERT INTO page (id, title, width) VALUES ($id, $title, $width)"; }
        api_route POST /page-home { api_body { id int; } api_query exec "INSERT INTO page (id, title) VALUES ($id, 'Home')"; }
        api_route POST /post { api_body { id int; title string; kind string; } api_query exec "INSERT INTO post (id, title, kind) VALUES ($id, $title, $kind)"; }
        api_route POST /post-fixed { api_body { id int; kind string; } api_query exec "INSERT INTO post (id, title, kind) VALUES ($id, 'Fixed', $kind)"; }
        api_route POST /post-kind { api_body { id int; title string; } api_query exec "INSERT INTO post (id, title, kind) VALUES ($id, $title, 'news')"; }
        api_route POST /room { api_body { from int; to int; note string; } api_query exec "INSERT INTO room VALUES (1, int4range($from, $to), $note)"; }
        api_route POST /room-fixed { api_body { note string; } api_query exec "INSERT INTO room VALUES (1, '[2,3)', $note)"; }
        api_route POST /account { api_body { email string; name string; } api_query exec "INSERT INTO account (email, name) VALUES ($email, $name)"; }
        api_route POST /account-name { api_body { email string; } api_query exec "INSERT INTO account (email, name) VALUES ($email, 'Ann')"; }
        api_route PUT /account { api_body { email string; }
            api_query exec "INSERT INTO account AS t (email) VALUES ($email) ON CONFLICT (email) DO UPDATE SET n = t.n + 1"; }
        api_route POST /view { api_body { mail string; called string; amount int; } api_query exec "INSERT INTO account_view (mail, called, amount) VALUES ($mail, $called, $amount)"; }
        api_route PUT /sum/:id { api_body { n int; name string; } api_query exec "UPDATE sums SET big = big + $n, name = $name WHERE id = $id"; }
        api_route PUT /sum-small/:id { api_body { n int; name string; } api_query exec "UPDATE sums SET small = $n + 1, name = $name WHERE id = $id"; }
        api_route PUT /sum-both/:id { api_body { n int; m int; } api_query exec "UPDATE sums SET small = $n + $m WHERE id = $id"; }
        api_route PUT /sum-stored/:id { api_body { name string; } api_query exec "UPDATE sums SET small = small + 1::int2, name = $name WHERE id = $id"; }
        api_route PUT /small/:id { api_body { n int; } api_query exec "UPDATE small SET n = $n WHERE id = $id"; }
        api_route POST /rules { api_body { k int; v int; } api_query exec "INSERT INTO rules (k, v) VALUES ($k, $v)"; }
        api_route POST /merge { api_body { email string; n int; }
            api_query exec "MERGE INTO account t USING (VALUES ($email, $n::int)) AS s (email, n) ON t.email = s.email::citext
                            WHEN MATCHED THEN UPDATE SET n = s.n WHEN NOT MATCHED THEN INSERT (email, n) VALUES (s.email, s.n)"; }
        api_route POST /merge-fixed { api_body { email string; }
            api_query exec "MERGE INTO account t USING (VALUES ($email)) AS s (email) ON t.email = s.email::citext
                            WHEN NOT MATCHED THEN INSERT (email, name) VALUES (s.email, 'Ann')"; }

        # NULL
        api_route POST /tags { api_body { tags string[]; places int[]; }
            api_query exec "INSERT INTO tagged SELECT 1, t, p FROM unnest($tags::text[], $places::int[]) AS u (t, p)"; }
        api_route POST /tags-named { api_body { tags string[]; places int[]; }
            api_query exec "INSERT INTO tagged (article, tag, place) SELECT 1, u.* FROM unnest($tags::text[], $places::int[]) AS u (t, p)"; }
        api_route POST /tags-null { api_body { tags string[]; }
            api_query exec "INSERT INTO tagged (article, tag, place) SELECT 1, t, NULL FROM unnest($tags) AS u (t)"; }
        api_route POST /fav-author/:slug { api_query exec "INSERT INTO favourite (person, article) SELECT author, id FROM article WHERE slug = $slug"; }
        api_route POST /fav-sub/:slug { api_query exec "INSERT INTO favourite (person, article) VALUES (9, (SELECT id FROM article WHERE slug = $slug))"; }
        api_route POST /fav-max/:slug { api_query exec "INSERT INTO favourite (person, article) SELECT 9, max(id) FROM article WHERE slug = $slug"; }
        api_route POST /docs { api_body json; api_query exec "INSERT INTO tagged SELECT 1, tag, place FROM jsonb_to_recordset($body) AS x (tag text, place int)"; }

        # partitions
        api_route POST /event { api_body { day date; kind string; n int; } api_query exec "INSERT INTO event (day, kind, n) VALUES ($day, $kind, $n)"; }
        api_route POST /event-n { api_body { n int; } api_query exec "INSERT INTO event (day, n) VALUES ('1999-01-01', $n)"; }
        api_route POST /event-no { api_body { n int; } api_query exec "INSERT INTO event (day, kind, n) VALUES ('2024-01-01', 'no', $n)"; }
        api_route POST /event-same { api_body { kind string; } api_query exec "INSERT INTO event (day, kind, n) VALUES ('2024-05-05', $kind, 1)"; }

        # references
        api_route DELETE /article/:id { api_query exec "DELETE FROM article WHERE id = $id"; }
        api_route DELETE /article { api_query exec "DELETE FROM article WHERE id = 1"; }
        api_route POST /fav { api_body { article int; } api_query exec "INSERT INTO favourite VALUES (7, $article)"; }
        api_route POST /fav-who { api_body { person int; } api_query exec "INSERT INTO favourite VALUES ($person, 99)"; }

        # at the commit
        api_route POST /child { api_body { id int; parent int; place int; counter int; }
            api_query exec "INSERT INTO child (id, parent, place) VALUES ($id, $parent, $place)";
            api_query exec "UPDATE counter SET n = 1 WHERE id = $counter"; }
        api_route POST /child-fixed { api_body { id int; counter int; }
            api_query exec "INSERT INTO child (id, parent) VALUES ($id, 99)";
            api_query exec "UPDATE counter SET n = 1 WHERE id = $counter"; }
        api_route POST /child-place { api_body { id int; counter int; }
            api_query exec "INSERT INTO child (id, place) VALUES ($id, 1)";
            api_query exec "UPDATE counter SET n = n WHERE id = $counter"; }
        api_route DELETE /parent/:id { api_body { counter int; }
            api_query exec "DELETE FROM parent WHERE id = $id";
            api_query exec "UPDATE counter SET n = 1 WHERE id = $counter"; }
        api_route DELETE /parent { api_body { counter int; }
            api_query exec "DELETE FROM parent WHERE id = 1";
            api_query exec "UPDATE counter SET n = 1 WHERE id = $counter"; }
        api_route POST /child-row { api_body { code string; id int; }
            api_query one "SELECT id FROM parent WHERE code = $code" as=p;
            api_query exec "INSERT INTO child (id, parent, place) VALUES ($id, $p.id, 1)" as=c;
            api_query exec "UPDATE counter SET n = $p.id"; }

        # triggers
        api_route PUT /counter/:id { api_body { n int; } api_query exec "UPDATE counter SET n = $n WHERE id = $id"; }
        api_route PUT /counter { api_query exec "UPDATE counter SET n = 13"; }
    }
END

our $Http = 'api_postgres app { primary $TEST_NGINX_PG_URI; check on; }';

run_tests();

__DATA__

=== columns that an UPDATE leaves as they are
--- http_config eval: $main::Http
--- config eval: $main::Config
--- cases
PUT /w/a/1 {"a":5}              => 204 -
PUT /w/a/2 {"a":5}              => 500 ~ "code":"statement"
PUT /w/a/1 {"a":77}             => 500
PUT /w/a/1 {"a":500}            => 422 ~ "field":"/a"
PUT /w/ab/1 {"a":1,"b":11}      => 422 ~ "field":"/b"
PUT /w/ab/2 {"a":1}             => 204 -
PUT /w/ab/2 {"a":1,"b":50}      => 422 ~ "field":"/b"
PUT /w/note/1 {}     => 422 ~ "field":"/note","code":"required"
PUT /w/note/3 {"note":"done"}   => 422 ~ "field":"/note"
PUT /w/done/3                   => 422
PUT /w/done/1                   => 204 -
PUT /w/bad/1                    => 500
PUT /w/less/1                   => 422
PUT /w/score/1 {"by":5}         => 422
PUT /w/a-less/3 {"a":1}         => 500
PUT /w/put/1 {"a":500}          => 422 ~ "field":"/a"
PUT /w/put/1 {"a":77}           => 500
PUT /w/with/1 {"a":500}         => 422 ~ "field":"/a"
PUT /w/with/1 {"a":77}          => 500
PUT /w/both {"what":"x"}      => 500


=== without a list of columns
--- cases
POST /w/row {"id":10,"a":1}     => 500
POST /w/row {"id":1,"a":1}      => 500
POST /w/row-b {"id":10,"b":11}  => 422 ~ "field":"/b"
POST /w/row-b {"id":1,"b":1}    => 409 ~ "field":"/id"
POST /w/row-null {"who":null}   => 422 ~ "field":"/who"
POST /w/row-null-too {"what":"x"} => 500
POST /w/row-note {"id":11}      => 500


=== keys
--- cases
POST /w/fav/one                 => 409
POST /w/fav/two                 => 204 -
POST /w/fav-named/one           => 409
POST /w/fav-row/one             => 409
POST /w/fav-with/one            => 409
POST /w/fav-fixed {"tag":"one"} => 500
POST /w/author/two              => 409
POST /w/author/one              => 500
POST /w/page {"id":2,"title":"HOME"} => 409 ~ "field":"/title"
POST /w/page {"id":1,"title":"x"} => 409 ~ "field":"/id"
POST /w/page {"id":2,"title":"x","width":10} => 422 ~ "field":"/width"
POST /w/page-home {"id":3}      => 500
POST /w/post {"id":2,"title":"Hello World!"} => 409
POST /w/post {"id":2,"title":"x","kind":"NEWS"} => 409 ~ "field":"/kind"
POST /w/post-fixed {"id":3,"kind":"y"} => 204 -
POST /w/post-fixed {"id":3,"kind":"z"} => 409
POST /w/post-fixed {"id":4,"kind":"z"} => 500
POST /w/post-kind {"id":5,"title":"t"} => 500
POST /w/room {"from":4,"to":9}  => 409
POST /w/room {"from":9,"to":4}  => 422
POST /w/room-fixed {"note":"x"} => 500
POST /w/account {"email":"a@B.C"} => 409 ~ "field":"/email"
POST /w/account-name {"email":"x@y.z"} => 500
PUT /w/account {"email":"a@b.c"} => 422
POST /w/view {"mail":"a@b.c","amount":1} => 409
POST /w/view {"mail":"n@b.c","amount":5} => 422
POST /w/view {"mail":"n@b.c"}   => 422
PUT /w/small/1 {"n":50}         => 422
POST /w/rules {"k":1,"v":0}     => 422
POST /w/merge {"email":"a@b.c","n":9} => 422
POST /w/merge {"email":"new@b.c","n":9} => 422
POST /w/merge {"email":"new@b.c"} => 422
POST /w/merge-fixed {"email":"m@b.c"} => 500


=== NULL
--- cases
POST /w/tags {"tags":["a","b"],"places":[1]} => 422
POST /w/tags {"tags":["a","b"],"places":[1,2]} => 204 -
POST /w/tags-named {"tags":["a"],"places":[1,2]} => 422
POST /w/tags-null {"tags":["a"]} => 500
POST /w/fav-author/one          => 500
POST /w/fav-sub/none            => 422
POST /w/fav-max/none            => 422
POST /w/docs [{"tag":"a"}]      => 422
POST /w/docs [{"tag":"a","place":1}] => 204 -


=== what is computed of one value is beyond its column: that is named
--- cases
PUT /w/sum/1 {"n":2147483647,"name":"x"} => 422 ~ "field":"/n","code":"range"
PUT /w/sum-small/1 {"n":32767,"name":"x"} => 422 ~ "field":"/n","code":"range"
PUT /w/sum-both/1 {"n":32000,"m":32000} => 422 ~ "code":"invalid"(?!.*"field":"/id")
PUT /w/sum-stored/1 {"name":"x"} => 500


=== partitions
--- cases
POST /w/event {"day":"2024-05-05","n":1} => 204 -
POST /w/event {"day":"1999-05-05","n":1} => 422
POST /w/event {"day":"2024-05-05","n":1} => 409
POST /w/event {"day":"2024-05-05","n":2,"kind":"no"} => 422 ~ "field":"/kind"
POST /w/event {"day":"2024-05-05"} => 422 ~ "field":"/n"
POST /w/event-n {"n":5}         => 500
POST /w/event-no {"n":5}        => 500
POST /w/event-same {"kind":"y"} => 500


=== references
--- cases
DELETE /w/article/1             => 409
DELETE /w/article               => 500
POST /w/fav {"article":99}      => 409 ~ "field":"/article"
POST /w/fav-who {"person":8}    => 500


=== at the commit
--- cases
POST /w/child {"id":9,"parent":99,"counter":1} => 409 ~ "field":"/parent"
POST /w/child {"id":9,"parent":1,"place":1,"counter":1} => 409 ~ "field":"/place"
POST /w/child {"id":1,"parent":1,"counter":1} => 409 ~ "field":"/id"
POST /w/child-fixed {"id":9,"counter":1} => 500
POST /w/child-place {"id":9,"counter":1} => 500
DELETE /w/parent/1 {"counter":1} => 409
DELETE /w/parent {"counter":1}  => 500
POST /w/child-row {"code":"a","id":9} => 500


=== triggers
--- cases
PUT /w/counter/1 {"n":13}       => 422
PUT /w/counter/1 {"n":14}       => 410
PUT /w/counter                  => 500


=== what is ours is logged, with the place of its own statement
--- cases
POST /w/child-fixed {"id":9,"counter":1} => 500
--- error_log eval
qr/\[error\].* POST \/w\/child-fixed: ERROR 23503: .* in \S+nginx.conf:\d+:\d+, client: [\d.]+, request_id: [0-9a-f]{32}/
