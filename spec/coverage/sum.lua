-- What `make coverage` prints: lines that were run, of src/ by gcov, of lua/ by
-- the hook of lines.c, by folder and in all, and the files that lack most.
--
--     lua5.4 spec/coverage/sum.lua BUILD [SHARE...]
--
-- BUILD is the build folder; a SHARE is a folder in which a guest of
-- `make kernel` left what ran there.
local run = require "spec.support.run"

local TARGETS <const> = {src = 92, lua = 95}
local LEAST <const> = 10

local build = assert(arg[1], "usage: sum.lua BUILD [SHARE...]")
local shares = {table.unpack(arg, 2)}

-- {=== src/

-- A guest writes its counts beneath its share, by their absolute path.
local function merge(share)
  local from = share .. "/gcov" .. build .. "/obj"
  if run("test", "-d", from).status ~= 0 then
    return
  end
  local merged = run.folder()
  run.output("gcov-tool", "merge", "-o", merged, build .. "/obj", from)
  run.output("cp", "-r", merged .. "/.", build .. "/obj")
  run.output("rm", "-r", share .. "/gcov")
  run.remove(merged)
end

-- {[path] = {[line] = was it run}}
local function of_gcov()
  local found = {}
  local pipe = assert(io.popen(("find %s -name '*.gcno' -print0 | "
    .. "xargs -0 gcov -t 2>/dev/null"):format(run.quote(build)), "r"))
  local lines
  for row in pipe:lines() do
    local count, number, text = row:match "^%s*([^:]+):%s*(%d+):(.*)"
    local path = number == "0" and text:match "^Source:(.*)"
    if path then
      local own = path:match "^src/.*" or path:match "/(src/.*)"
      found[own or ""] = found[own or ""] or {}
      lines = found[own or ""]
    elseif number and number ~= "0" and count ~= "-" then
      number = tonumber(number)
      lines[number] = lines[number] or count:find "^%d" ~= nil
    end
  end
  pipe:close()
  found[""] = nil
  return found
end

-- ===}

-- {=== lua/

-- The lines of a file that the compiler makes something of, but for the RETURN
-- that it puts behind each function.
local function lines_of(path)
  local lines, last = {}, nil
  for row in run.output("luac5.4", "-l", "-p", path):gmatch "[^\n]+" do
    local line, what = row:match "^%s+%d+%s+%[(%d+)%]%s+(%u+)"
    if row:find "^function <" or row:find "^main <" then
      last = nil
    elseif line then
      if last then
        lines[last] = false
      end
      last = what ~= "VARARGPREP" and tonumber(line) or nil
    end
  end
  return lines
end

local function add_lines(found, folder)
  local pipe = assert(io.popen(("find %s -type f -exec cat {} + 2>/dev/null")
    :format(run.quote(folder)), "r"))
  for row in pipe:lines() do
    local lines = found[row:match "^%S+"]
    for line in row:gmatch " (%d+)" do
      line = tonumber(line)
      if lines and lines[line] == false then
        lines[line] = true
      end
    end
  end
  pipe:close()
end

local function of_hook()
  local found = {}
  for path in run.output("find", "lua", "-name", "*.lua"):gmatch "%S+" do
    found[path] = lines_of(path)
  end
  add_lines(found, build .. "/lines")
  for _, share in ipairs(shares) do
    add_lines(found, share .. "/lines")
  end
  return found
end

-- ===}

-- {=== telling

local function count(lines)
  local all, ran = 0, 0
  for _, was_run in pairs(lines) do
    all, ran = all + 1, ran + (was_run and 1 or 0)
  end
  return all, ran
end

local function percent(all, ran)
  return all == 0 and 100 or 100 * ran / all
end

local function row(name, all, ran)
  print(("%-24s %6d of %6d lines, %5.1f %%"):format(name, ran, all,
    percent(all, ran)))
end

local function sorted(map)
  local keys = {}
  for key in pairs(map) do
    table.insert(keys, key)
  end
  table.sort(keys)
  return keys
end

-- "3-5 9 12-14": lines that were not run; those that are none do not count.
local function ranges(lines)
  local list, from, to = {}, nil, nil
  for _, line in ipairs(sorted(lines)) do
    if not lines[line] then
      from, to = from or line, line
    elseif from then
      table.insert(list, from == to and from or from .. "-" .. to)
      from = nil
    end
  end
  if from then
    table.insert(list, from == to and from or from .. "-" .. to)
  end
  return table.concat(list, " ")
end

local function tell_folders(found)
  local folders = {}
  for path, lines in pairs(found) do
    local name = path:match "^(.*)/"
    local all, ran = count(lines)
    local sum = folders[name] or {0, 0}
    folders[name] = {sum[1] + all, sum[2] + ran}
  end
  for _, name in ipairs(sorted(folders)) do
    row(name, table.unpack(folders[name]))
  end
end

-- Those with the most lines that were not run.
local function tell_least(found, most)
  local list = {}
  for path, lines in pairs(found) do
    local all, ran = count(lines)
    table.insert(list, {path = path, lines = lines, all = all, ran = ran})
  end
  table.sort(list, function(a, b)
    local left, right = a.all - a.ran, b.all - b.ran
    return left > right or left == right and a.path < b.path
  end)
  for i = 1, math.min(most, #list) do
    local one = list[i]
    row(one.path, one.all, one.ran)
    print("    not run: " .. ranges(one.lines))
  end
end

local function tell(name, found, most)
  local all, ran = 0, 0
  tell_folders(found)
  for _, lines in pairs(found) do
    local more, of_them = count(lines)
    all, ran = all + more, ran + of_them
  end
  row(name .. "/ in all", all, ran)
  print(("%s/ is %s its target of %d %%; least covered:"):format(name,
    percent(all, ran) >= TARGETS[name] and "at" or "below", TARGETS[name]))
  tell_least(found, most)
  return percent(all, ran) >= TARGETS[name]
end

-- ===}

for _, share in ipairs(shares) do
  merge(share)
end
local most = math.tointeger(os.getenv "LEAST" or LEAST)
local good_c = tell("src", of_gcov(), most)
local good_lua = tell("lua", of_hook(), most)
os.exit(good_c and good_lua, true)
