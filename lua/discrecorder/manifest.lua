--- Lists of SHA-256 sums in the format of `sha256sum`.
-- @module discrecorder.manifest

local manifest = {}

--- The name of a manifest in the root of a disc, unless another is chosen.
manifest.NAME = "SHA256SUMS"

local ESCAPES <const> = {["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r"}
local UNESCAPES <const> = {["\\\\"] = "\\", ["\\n"] = "\n", ["\\r"] = "\r"}

--- One line, as `sha256sum` writes it, its end included.
-- @tparam string path
-- @tparam string sum 64 hexadecimal digits
-- @treturn string the line
function manifest.line(path, sum)
  local escaped, count = path:gsub("[\\\n\r]", ESCAPES)
  return ("%s%s  %s\n"):format(count > 0 and "\\" or "", sum, escaped)
end

local function parse_line(line)
  local escaped, sum, path = line:match "^(\\?)(%x+) [ *](.+)$"
  if not sum or #sum ~= 64 then
    return nil
  elseif escaped == "\\" then
    path = path:gsub("\\.", UNESCAPES)
  end
  return path, sum:lower()
end

--- Read a manifest.
-- @tparam string text its bytes
-- @treturn[1] table a list of `{path =, sha256 =}`, as they stand in it
-- @return[2] nil, when a line is none
-- @treturn[2] string a message
-- @treturn[2] integer the number of the line
function manifest.parse(text)
  local list, number = {}, 0
  for line in text:gmatch "([^\n]*)\n?" do
    number = number + 1
    if line ~= "" then
      local path, sum = parse_line(line)
      if not path then
        return nil, ("line %d is no sum and path"):format(number), number
      end
      list[#list + 1] = {path = path, sha256 = sum}
    end
  end
  return list
end

return manifest
