-- What wrk asks for: /PATH/ID with the ids of a file in random order, and one
-- line for bench/run at the end.
--
--   wrk … -s bench/wrk.lua URL -- PREFIX IDS      PREFIX alone: always that

local requests = {}

function init(args)
    local prefix = args[1]

    if args[2] then
        for id in io.lines(args[2]) do
            requests[#requests + 1] = wrk.format("GET", prefix .. id)
        end
    else
        requests[1] = wrk.format("GET", prefix)
    end

    math.randomseed(os.time())
end

function request()
    return requests[math.random(#requests)]
end

function done(summary, latency)
    local errors = summary.errors

    io.write(string.format("RESULT %d %.6f %d %d %d\n",
        summary.requests, summary.duration / 1e6,
        errors.connect + errors.read + errors.write + errors.timeout
            + errors.status,
        latency:percentile(50), latency:percentile(99)))
end
