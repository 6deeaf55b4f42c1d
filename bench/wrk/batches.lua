-- Batches of 100 intents.
require("bench.wrk.report")
local started = os.getenv("BENCH_RUN")
local count = 0
local item = '{"command":"register-intent","id":"d%s-7000-8000-%012x","application":"bench","module":"intents","type":"vm",'
  .. '"owner":"lpds","scope":"cloud/region-1/project-1","timeoutSeconds":600,"ttlSeconds":86400,'
  .. '"data":{"flavour":"m1.small","image":"debian-12"},"at":"' .. os.date("!%Y-%m-%dT%H:%M:%S.000Z") .. '"}'
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
request = function()
  local items = {}
  for place = 1, 100 do
    count = count + 1
    items[place] = string.format(item, started, count)
  end
  return wrk.format(nil, "/v1/batch", nil, '{"commands":[' .. table.concat(items, ",") .. "]}")
end
