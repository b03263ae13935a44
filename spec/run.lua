--- Runs spec files, several at a time, each in an interpreter of its own; ends
-- with `N passed, N failed, N skipped`. The largest come first, so that none is
-- left over for one processor at the end.
--
--     lua5.4 spec/run.lua WORKERS FILES -- lua5.4 /usr/bin/busted ...
--
-- FILES is a list in one argument; all, if it is empty.
local run = require "spec.support.run"

local SUMMARY <const> = "(%d+) passed, (%d+) failed, (%d+) skipped\n$"

-- One file: prints its name when it has ended, in one write. $1 is the folder
-- for what the specs print, the last argument the file.
local WORKER <const> = [[
for file; do :; done
out=$1/$(basename "$file").out
shift
"$@" >"$out" 2>&1
echo "$file"
]]

local function files_of(list)
  local files, sizes = {}, {}
  local given = list:match "%S" and list or
    run.output("find", "spec", "-name", "*_spec.lua")
  for file in given:gmatch "%S+" do
    table.insert(files, file)
    sizes[file] = #run.slurp(file)
  end
  table.sort(files, function(a, b)
    return sizes[a] > sizes[b] or sizes[a] == sizes[b] and a < b
  end)
  return files
end

-- Prints what there is to say of a file; its numbers.
local function report(file, out)
  local seconds = out:match "([%d.]+) seconds\n" or "?"
  local passed, failed, skipped = out:match(SUMMARY)
  if not passed then
    print(("ERROR: %s ended early\n%s"):format(file, out))
    return {0, 1, 0}
  end
  if failed ~= "0" or skipped ~= "0" then
    io.write((out:gsub("^[.s\n]+", "")))
  end
  print(("%-44s %4s in %5s s"):format(file, passed, seconds))
  return {tonumber(passed), tonumber(failed), tonumber(skipped)}
end

local function main(workers, list, ...)
  local began, folder, sum = os.time(), run.folder(), {0, 0, 0}
  local files, words = files_of(list), {}
  for _, word in ipairs {"xargs", "-P", workers, "-n", "1", "sh", "-c", WORKER,
    "sh", folder, ...} do
    table.insert(words, run.quote(word))
  end
  run.spit(folder .. "/files", table.concat(files, "\n") .. "\n")
  local pipe = assert(io.popen(
    table.concat(words, " ") .. " <" .. run.quote(folder .. "/files"), "r"))
  local told = 0
  for file in pipe:lines() do
    local path = ("%s/%s.out"):format(folder, file:match "[^/]+$")
    for i, count in ipairs(report(file, run.slurp(path))) do
      sum[i] = sum[i] + count
    end
    told = told + 1
    io.flush()
  end
  pipe:close()
  run.remove(folder)
  sum[2] = sum[2] + #files - told
  print(("%d seconds"):format(os.time() - began))
  print(("%d passed, %d failed, %d skipped"):format(table.unpack(sum)))
  os.exit(sum[2] == 0)
end

local workers, list = arg[1], arg[2]
assert(arg[3] == "--", "usage: spec/run.lua WORKERS FILES -- COMMAND...")
main(workers, list, table.unpack(arg, 4))
