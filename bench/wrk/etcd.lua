-- As many durable puts of the same size, through etcd's JSON gateway.
require("bench.wrk.report")
local started = os.getenv("BENCH_RUN")
local count = 0
local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

-- Only for texts whose length is a multiple of three, so that nothing is padded.
local function base64(text)
  return (text:gsub("...", function(three)
    local a, b, c = three:byte(1, 3)
    local bits = a * 65536 + b * 256 + c
    local out = {}
    for place = 4, 1, -1 do
      local six = bits % 64
      out[place] = alphabet:sub(six + 1, six + 1)
      bits = math.floor(bits / 64)
    end
    return table.concat(out)
  end))
end

local value = base64(string.rep("v", 351))
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
request = function()
  count = count + 1
  local key = base64(string.format("d%s-7000-8000-%012x", started, count) .. "--")
  return wrk.format(nil, "/v3/kv/put", nil, '{"key":"' .. key .. '","value":"' .. value .. '"}')
end
