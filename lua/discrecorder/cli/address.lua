--- Addresses, as far as the command has to know them.
-- @module discrecorder.cli.address

local address = {}

local function decode(s)
  return (s:gsub("%%(%x%x)", function(hex)
    return string.char(tonumber(hex, 16))
  end))
end

local function exists(path)
  local file = io.open(path, "rb")
  if file then
    file:close()
  end
  return file ~= nil
end

-- Keys that make a disc where there is none.
local makes_disc <const> = {medium = true, minutes = true}

--- The address without what would make a new disc, for commands that only look:
-- a disc file that does not exist is then a failure.
function address.existing(text)
  local path, query = text:match("^virtual:([^?]*)%?(.*)$")
  if not path or exists(decode(path)) then
    return text
  end
  local kept = {}
  for pair in query:gmatch("[^&]+") do
    if not makes_disc[pair:match("^[^=]*")] then
      table.insert(kept, pair)
    end
  end
  local rest = table.concat(kept, "&")
  return "virtual:" .. path .. (rest ~= "" and "?" .. rest or "")
end

return address
