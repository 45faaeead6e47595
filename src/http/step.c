
#include "http/step.h"
#include "observe/observe.h"


ngx_int_t
api_http_step_walk(api_http_ctx_t *ctx)
{
    ngx_int_t                rc, end;
    ngx_uint_t               first;
    const api_http_step_t   *step;
    const api_http_steps_t  *steps;

    end = NGX_OK;
    steps = ctx->steps;
    first = ctx->step;

    while (ctx->step < steps->n) {

        step = steps->elts[ctx->step];

        api_tell_of(STEP_BEGUN, .request = ctx, .word = step->name);

        rc = step->run(ctx);

        api_tell_of(STEP_ENDED, .request = ctx, .word = step->name, .n = rc);

        if (rc == NGX_AGAIN) {
            api_tell_of(STEP_WAITS, .request = ctx, .word = step->name);

        } else if (ctx->step == first) {
            api_tell_of(STEP_RESUMED, .request = ctx, .word = step->name);
        }

        if (rc == NGX_OK) {
            ctx->step++;
            continue;
        }

        if (rc != NGX_DONE) {
            return rc;
        }

        end = NGX_DONE;
        ctx->step = (ctx->step < steps->answer) ? steps->answer : steps->n;
    }

    return end;
}


void
api_http_step_forget(api_http_ctx_t *ctx, ngx_uint_t cancel)
{
    ngx_uint_t              i;
    const api_http_step_t  *step;

    for (i = 0; i < ctx->steps->n; i++) {
        step = ctx->steps->elts[i];

        if (step->forget != NULL) {
            step->forget(ctx, cancel);
        }
    }
}
