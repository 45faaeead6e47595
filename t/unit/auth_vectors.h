
/*
 * The examples of RFC 7515 (appendix A) and RFC 8037 (appendix A): keys and
 * tokens.
 */


#ifndef API_AUTH_VECTORS_H
#define API_AUTH_VECTORS_H


#define VECTOR_HS256_KEY                                                      \
    "{\"kty\":\"oct\",\"k\":\"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-"  \
    "1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow\"}"

/* "iss":"joe", "exp":1300819380, "http://example.com/is_root":true */
#define VECTOR_CLAIMS                                                         \
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLm"  \
    "NvbS9pc19yb290Ijp0cnVlfQ"

#define VECTOR_HS256                                                          \
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." VECTOR_CLAIMS                 \
    ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

#define VECTOR_RSA_N                                                          \
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4"  \
    "qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2j"  \
    "Z47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7W"  \
    "TBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK"  \
    "-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"

#define VECTOR_RS256_KEY                                                      \
    "{\"kty\":\"RSA\",\"n\":\"" VECTOR_RSA_N "\",\"e\":\"AQAB\"}"

#define VECTOR_RS256                                                          \
    "eyJhbGciOiJSUzI1NiJ9." VECTOR_CLAIMS                                     \
    ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHI"  \
    "m4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB"   \
    "--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383"  \
    "LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYE"  \
    "UipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"

#define VECTOR_ES256_POINT                                                    \
    "\"kty\":\"EC\",\"crv\":\"P-256\","                                       \
    "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","                  \
    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\""

#define VECTOR_ES256_KEY  "{" VECTOR_ES256_POINT "}"

#define VECTOR_ES256_PRIVATE                                                  \
    "{" VECTOR_ES256_POINT                                                    \
    ",\"d\":\"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI\"}"

#define VECTOR_ES256                                                          \
    "eyJhbGciOiJFUzI1NiJ9." VECTOR_CLAIMS                                     \
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQx"  \
    "fKTUJqPP3-Kg6NU1Q"

#define VECTOR_ES512_KEY                                                      \
    "{\"kty\":\"EC\",\"crv\":\"P-521\","                                      \
    "\"x\":\"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6O"  \
    "vLFV1jSfS9tsz4qUxcWceqwQGk\","                                           \
    "\"y\":\"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL"  \
    "4Kkd0AZMaZmh9ubmf63e3kyMj2\"}"

#define VECTOR_ES512                                                          \
    "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA"                                         \
    ".AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2S"  \
    "I-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzD"  \
    "O7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn"

#define VECTOR_ED25519_POINT                                                  \
    "\"kty\":\"OKP\",\"crv\":\"Ed25519\","                                    \
    "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\""

#define VECTOR_ED25519_KEY  "{" VECTOR_ED25519_POINT "}"

#define VECTOR_ED25519_PRIVATE                                                \
    "{" VECTOR_ED25519_POINT                                                  \
    ",\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\"}"

#define VECTOR_ED25519                                                        \
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"                \
    ".hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt"  \
    "9g7sVvpAr_MuM0KAg"


#endif /* API_AUTH_VECTORS_H */
