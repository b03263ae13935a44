--- What the command prints as JSON.
--
--     local command = require "spec.support.command"
--     local medium = command.json("info", address, "--json").medium
local assert = require "luassert"
local dkjson = require "dkjson"
local run = require "spec.support.run"

local command = {}

local function ended(status, ...)
  local r = run.command(...)
  assert.are.equal(status, r.status, r.line .. "\n" .. r.stdout .. r.stderr)
  return r.stdout
end

--- What it printed; it must have ended well.
function command.said(...)
  return ended(0, ...)
end

--- The same, decoded.
function command.json(...)
  return assert(dkjson.decode(ended(0, ...)))
end

--- The error that it printed; it must have failed.
function command.error(...)
  local result = assert(dkjson.decode(ended(1, ...)))
  assert.is_false(result.ok)
  return result.error
end

function command.error_code(...)
  return command.error(...).code
end

return command
