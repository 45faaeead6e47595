
#include "auth/digest.h"
#include "shim.h"
#include "test.h"


/* the examples of FIPS 180-2, appendix B */

static void
knows_its_examples(ngx_pool_t *pool)
{
    char       hex[API_AUTH_DIGEST_SIZE + 1];
    ngx_str_t  text;

    (void) pool;

    text = test_str("abc");
    api_auth_digest(&text, hex);
    check_cstr(hex, "ba7816bf8f01cfea414140de5dae2223"
                    "b00361a396177a9cb410ff61f20015ad");

    text = test_str("");
    api_auth_digest(&text, hex);
    check_cstr(hex, "e3b0c44298fc1c149afbf4c8996fb924"
                    "27ae41e4649b934ca495991b7852b855");
}


/* what b2sum -l 128 says */

static void
knows_a_short_one(ngx_pool_t *pool)
{
    u_char     hash[16];
    ngx_str_t  text;

    (void) pool;

    text = test_str("abc");
    api_auth_digest_short(&text, hash, sizeof(hash));

    check_int(ngx_memcmp(hash, "\xcf\x4a\xb7\x91\xc6\x2b\x8d\x2b"
                               "\x21\x09\xc9\x02\x75\x28\x78\x16", 16),
              0);
}


static const test_case_t  cases[] = {
    { "knows its examples", knows_its_examples },
    { "knows a short one", knows_a_short_one },
    { NULL, NULL }
};


int
main(void)
{
    return test_run(cases);
}
