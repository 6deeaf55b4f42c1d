-- Single intents with ids as the client mints them: they ascend with time. BENCH_IDS=random: they do not.
require("bench.wrk.report")
local started = os.getenv("BENCH_RUN")
local is_random = os.getenv("BENCH_IDS") == "random"
local random = io.open("/dev/urandom", "rb")
local count = 0

local function id()
  count = count + 1
  if not is_random then return string.format("d%s-7000-8000-%012x", started, count) end
  local hex = random:read(16):gsub(".", function(byte) return string.format("%02x", byte:byte()) end)
  return "d" .. hex
end

local head = '","application":"bench","module":"intents","type":"vm","owner":"lpds","scope":"cloud/region-1/project-1",'
  .. '"timeoutSeconds":600,"ttlSeconds":86400,"data":{"flavour":"m1.small","image":"debian-12"},"at":"' .. os.date("!%Y-%m-%dT%H:%M:%S.000Z") .. '"}'
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
request = function() return wrk.format(nil, "/v1/resources", nil, '{"id":"' .. id() .. head) end
