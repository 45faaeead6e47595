# $api_row_NAME of named rows, $api_param_NAME.

BEGIN { $ENV{TEST_NGINX_FORCE_RESTART_ON_TEST} = 0; }

use strict;
use warnings;
use lib 't/lib';
use Api;
use Cases;

sql(<<'SQL');
CREATE TABLE articles (id int PRIMARY KEY, slug text NOT NULL, author int, note text);
INSERT INTO articles VALUES (1, 'first', 7, NULL), (2, E'two\nlines', 8, 'x');
SQL

our $Config = <<'END';
    location /v {
        api_route GET /named/:id<int> {
            api_query one "SELECT id, slug, note FROM articles WHERE id = $id" as=Article;
            api_query optional "SELECT slug FROM articles WHERE id = $id + 1" as=next;
            api_query one "SELECT author, 'answer' AS article_note FROM articles WHERE id = $Article.id";
            api_header X-Slug $api_row_article_slug;
            api_header X-Next $api_row_next_slug;
            api_header X-Author $api_row_author;
            api_header X-Note $api_row_article_note;
        }
        api_route POST /composed {
            api_query one "INSERT INTO articles VALUES (10, 'ten') RETURNING id, slug" as=a;
            api_answer { article $a; }
            api_status 201;
            api_header Location /v/named/$api_row_a_id;
        }
        api_route GET /refused/:id<int> {
            api_query one "SELECT id, slug FROM articles WHERE id = $id" as=a;
            api_query one "SELECT id FROM articles WHERE id = $id + 100" none=404;
            api_header X-Slug $api_row_a_slug always;
        }
        api_route GET /params/:slug/:id<int> {
            api_param limit int default=20 max=50;
            api_param Mixed string;
            api_param tenant string in=header;
            api_query value "SELECT concat($slug::text, $id::int, $limit::int, $Mixed::text, $tenant::text)";
            api_header X-Slug $api_param_slug always;
            api_header X-Id $api_param_id always;
            api_header X-Limit $api_param_limit always;
            api_header X-Mixed $api_param_mixed always;
            add_header X-Tenant "t=$api_param_tenant" always;
        }
    }
    location = /outside { add_header X-Out "p=$api_param_slug r=$api_row_a_id"; return 200 "1"; }
END

add_block_preprocessor {
    my ($block) = @_;
    $block->set_value('config', $Config) unless defined $block->config;
};

run_tests();

__DATA__

=== of named rows
--- cases
GET /v/named/1 => 200 {"author":7,"article_note":"answer"}
< X-Slug: ^first$
< X-Author: ^7$

=== a column of the answer goes before
--- cases
GET /v/named/1 => 200
< X-Note: ^answer$

=== where api_answer is the answer
--- cases
POST /v/composed => 201 {"article":{"id":10,"slug":"ten"}}
< Location: ^/v/named/10$

=== of a request that is refused
--- cases
GET /v/refused/1 => 404 ~ "code":"no_row"
< X-Slug: ^first$

=== parameters, by their type or default
--- cases
GET /v/params/a/1 => 200 "a120"
< X-Slug: ^a$
< X-Id: ^1$
< X-Limit: ^20$
< X-Tenant: ^t=$
GET /v/params/a%20b/2?limit=5&Mixed=x%26y => 200 "a b25x&ymine"
+ Tenant: mine
< X-Slug: ^a b$
< X-Limit: ^5$
< X-Mixed: ^x&y$
< X-Tenant: ^t=mine$

=== what is wrong has no value
--- cases
GET /v/params/a/1?limit=99 => 400 ~ "field":"limit"
< X-Id: ^1$

=== a line break is no value of a header
--- cases
GET /v/params/a%0d%0aX-Evil:%201/1 => 200
< X-Id: ^1$
--- error_log
$api_param_slug has no value, for it holds a control character

=== nor is a column's
--- cases
GET /v/named/2 => 200
< X-Author: ^8$
--- error_log
$api_row_article_slug has no value, for it holds a control character

=== what no row has is told
--- config
api_route GET /a {
    api_query one "SELECT 1 AS n" as=r;
    api_header X-A $api_row_m;
    api_header X-B $api_row_r_n;
}
--- error_log
$api_row_m of "GET /a" is always empty
--- no_error_log
$api_row_r_n
--- cases
GET /a => 200 {"n":1}
< X-B: ^1$
