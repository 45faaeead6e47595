-- The line for bench/run at wrk's end.  With WRK_IDS, the name of a file of
-- ids, each request is for one of them, in random order, behind WRK_PREFIX;
-- without it wrk repeats the URL's own request, which costs wrk less.

local ids = os.getenv("WRK_IDS")

if ids then
    local requests = {}

    function init()
        for id in io.lines(ids) do
            requests[#requests + 1] =
                wrk.format("GET", os.getenv("WRK_PREFIX") .. id)
        end

        math.randomseed(os.time())
    end

    function request()
        return requests[math.random(#requests)]
    end
end

function done(summary, latency)
    local errors = summary.errors

    io.write(string.format("RESULT %d %.6f %d %d %d\n",
        summary.requests, summary.duration / 1e6,
        errors.connect + errors.read + errors.write + errors.timeout
            + errors.status,
        latency:percentile(50), latency:percentile(99)))
end
