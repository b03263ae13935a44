--- Recorders as devices of this machine's kernel: /dev/srN with its sg twin,
-- for every program on it. As root, on Linux, with the modules target_core_user
-- and tcm_loop; docs/serve.md says how and what to mind.
--
--    local served = assert(serve.start({"virtual:/tmp/disc?medium=cd-rw"}))
--    print(served[1].sr, served[1].address)
--    ...
--    serve.stop(served)
--
-- @module discrecorder.serve

local core = require "discrecorder.core"
local check = require("discrecorder.options").check
local enumeration = require "discrecorder.enumeration"
local transports = require "discrecorder.transports"

local serve = {}

local OPTIONS <const> = {
  existing = "boolean", hurry = "number", trace = "string",
}

-- Before anything is served: a mistake must not leave the first of them so.
local function check_arguments(addresses, options)
  check("serve", options, OPTIONS, 2)
  local hurry = options.hurry
  if hurry and not (hurry > 0 and hurry <= 1e9) then
    error("serve: hurry is a number above 0", 3)
  elseif type(addresses) ~= "table" or #addresses == 0 then
    error("serve: the addresses are a list", 3)
  end
  for _, address in ipairs(addresses) do
    if type(address) ~= "string" then
      error("serve: an address is a string", 3)
    end
  end
end

-- One of them: Served, or nil, failure, code.
local function serve_one(address, options, trace)
  local place, failure, code = enumeration.resolve(address)
  if not place then
    return nil, failure, code
  end
  local ok, why, which = transports.load(place)
  if not ok then
    return nil, why, which
  end
  return core.serve(place, {
    existing = options.existing,
    hurry = options.hurry,
    trace = trace,
  })
end

--- Take recorders back from the kernel: each, whatever happens to the others.
-- @tparam table served as `serve.start` gave it
-- @treturn[1] boolean true
-- @return[2] nil
-- @treturn[2] table the first failure
-- @treturn[2] string code
function serve.stop(served)
  local failure, code
  for i = #served, 1, -1 do
    local done, why, which = served[i].handle:close()
    if not done and not failure then
      failure, code = why, which
    end
  end
  if failure then
    return nil, failure, code
  end
  return true
end

--- Serve recorders: all of them, or none. What servers that were killed have
-- left behind is removed first.
--
-- @tparam {string,...} addresses docs/addresses.md
-- @tparam[opt] table options `hurry`: seconds of a virtual drive's clock in one
-- real second, 1; `existing`: true never to make a disc file; `trace`: a file
-- to write every packet to (of several recorders, with a number behind it)
-- @treturn[1] table a list of `{address, sr, sg, handle}`, the addresses made
-- absolute, with `removed`: how many left-overs there were
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code
function serve.start(addresses, options)
  options = options or {}
  check_arguments(addresses, options)
  local removed, failure, code = core.serve_prepare()
  if not removed then
    return nil, failure, code
  end
  local served = {removed = removed}
  for i, address in ipairs(addresses) do
    local trace = options.trace
    if trace and #addresses > 1 then
      trace = trace .. "." .. i
    end
    local handle, why, which = serve_one(address, options, trace)
    if not handle then
      serve.stop(served)
      return nil, why, which
    end
    local sr, sg = handle:nodes()
    served[i] = {
      address = handle:address(), sr = sr, sg = sg, handle = handle,
    }
  end
  return served
end

return serve
