-- Leaving the interpreter in any way while a burn runs: never a crash, never a
-- hang, and the disc tells the truth afterwards.

local burning = require "spec.support.burning"
local disc = require "discrecorder"
local each = require "spec.support.each"
local run = require "spec.support.run"

-- A sanitizer makes each of them slow.
local TIMES <const> = os.getenv "LD_PRELOAD" and 12 or 100
local AT_ONCE <const> = 4
-- A hang is one that takes longer; the slowest seen took a hundredth of it.
local WATCHDOG <const> = 60

-- 12.5 MiB: some are caught while they write, some while they read back.
local BLOCKS <const> = 6400

local bench = each(burning.bench)

-- Each starts a burn, in its own process and on its own disc, and leaves. What
-- it does meanwhile is said by the number it is given.
local START <const> = [[
  local n = tonumber(arg[3])
  local rec = assert(disc.recorder(arg[1]))
  local image = assert(source.file(arg[2]))
  local job = assert(rec:burn_start {tracks = {{source = image}},
    buffer = 131072})
  local function linger()
    local until_done = n * 37 % 6400
    while not job:done() and job:progress().phase == "preparing" do end
    while not job:done() and job:progress().done < until_done
      and job:progress().phase == "writing" do end
  end
]]

local ways <const> = {
  ["returns"] = {START .. "linger() return", 0},
  ["returns at once"] = {START .. "return", 0},
  ["raises an error"] = {START .. "linger() error 'over'", 1},
  ["raises an error in a callback"] = {START .. [[
    linger()
    local sink = setmetatable({}, {__index = function() error "over" end})
    table.sort({3, 2, 1}, function() return sink.x end)]], 1},
  ["exits with os.exit(0, true)"] = {START .. "linger() os.exit(0, true)", 0},
  ["exits with os.exit(0, false)"] = {START .. "linger() os.exit(0, false)", 0},
  ["exits at once"] = {START .. "os.exit(0, false)", 0},
  ["drops the job without waiting"] = {START .. [[
    linger()
    job = nil
    collectgarbage()
    collectgarbage()
    assert(rec:get_recorder_state() == "idle")]], 0},
  ["drops a tree and its job"] = {[[
    local n = tonumber(arg[3])
    local rec = assert(disc.recorder(arg[1]))
    local made = assert(source.tree {paths = {arg[2]}})
    local job = assert(rec:burn_start {tracks = {{source = made}}})
    local until_done = n * 37 % 6400
    while not job:done() and job:progress().done < until_done do end
    os.exit(0, n % 2 == 0)]], 0, is_tree = true},
  ["waits for a pushed source that never comes"] = {[[
    local n = tonumber(arg[3])
    local rec = assert(disc.recorder(arg[1]))
    local pushed = assert(source.push(300 * 2048))
    local job = assert(rec:burn_start {tracks = {{source = pushed}}})
    job:wait(0.001)
    if n % 3 == 0 then error "over" end
    os.exit(0, n % 3 == 1)]], {[0] = true, [1] = true}},
  ["is in a coroutine with a closing job"] = {[[
    local rec = assert(disc.recorder(arg[1]))
    local image = assert(source.file(arg[2]))
    local inner = coroutine.wrap(function()
      local job <close> = assert(rec:burn_start {tracks = {{source = image}}})
      coroutine.yield()
    end)
    inner()]], 0},
}

-- Runs it TIMES times, AT_ONCE at once, each under a watchdog. Their exit
-- statuses, in a file.
local function statuses(script)
  local image = bench:image(BLOCKS)
  local out = bench:path "statuses"
  local shell = ([[
    i=0
    while [ $i -lt %d ]; do
      j=0
      while [ $j -lt %d ]; do
        n=$((i + j))
        { timeout -s KILL %d lua5.4 %s "virtual:%s/d$n?medium=cd-rw" %s $n \
            >/dev/null 2>%s/err$n; echo "$n $?" >>%s; } &
        j=$((j + 1))
      done
      wait
      i=$((i + %d))
    done]]):format(TIMES, AT_ONCE, WATCHDOG, run.quote(script),
      bench.scratch.folder, run.quote(image), bench.scratch.folder,
      run.quote(out), AT_ONCE)
  local env = {}
  for name, value in pairs(run.lua_env) do
    env[name] = value
  end
  run {"sh", "-c", shell, env = env, ours = true}
  return out
end

-- The disc loads, and says no more than what is on it.
local function is_truthful(path, image, is_tree)
  local rec <close> = assert(disc.recorder("virtual:" .. path))
  local medium = assert(rec:medium())
  if medium.state == "blank" then
    return medium.state
  end
  assert.are.equal(1, #medium.tracks)
  local blocks = math.min(medium.tracks[1].blocks, BLOCKS)
  local file = assert(io.open(path, "rb"))
  file:seek("set", 1048576)
  local there = file:read(blocks * burning.BLOCK) or ""
  file:close()
  -- A short track was padded by the drive.
  local common = 0
  while common < blocks
    and there:sub(common * 2048 + 1, common * 2048 + 4)
      == image:sub(common * 2048 + 1, common * 2048 + 4) do
    common = common + 1
  end
  if not is_tree then
    assert.are.equal("", (there:sub(common * 2048 + 1):gsub("\0", "")))
  end
  if medium.state == "damaged" then
    assert(rec:open_exclusive())
    assert(rec:erase(false))
    assert.are.equal("blank", assert(rec:medium()).state)
  end
  return medium.state
end

describe("a script that burns and", function()
  for what, way in pairs(ways) do
    it(what .. " never crashes, hangs or spoils the disc", function()
      local script = burning.child(bench:path "script.lua", way[1])
      local out = statuses(script)
      local image = run.slurp(bench:path "image.iso")
      local count = 0
      for line in io.lines(out) do
        local n, status = line:match "^(%d+) (%d+)$"
        status = tonumber(status)
        local wanted = way[2]
        local good = type(wanted) == "table" and wanted[status]
          or wanted == status
        if not good then
          error(("run %s ended with %d: %s"):format(n, status,
            run.slurp(bench:path("err" .. n))))
        end
        is_truthful(bench:path("d" .. n), image, way.is_tree)
        count = count + 1
      end
      assert.are.equal(TIMES, count)
    end)
  end
end)

describe("a script that waits to push bytes", function()
  it("is interrupted by Ctrl-C", function()
    local process = run.start {"timeout", "--foreground", "-s", "KILL",
      "20", "lua5.4", "-e", [[
      local s = require("discrecorder.source").push(nil, 10)
      s:open()
      print(s:write(("x"):rep(10)))
      io.stdout:flush()
      s:write "y"
    ]], env = run.lua_env, ours = true}
    assert.are.equal("10", process.line_of_stdout())
    os.execute "sleep 0.1"
    process.signal "INT"
    local r = process.wait()
    assert.are.equal(1, r.status)
    assert.matches("interrupted", r.stderr)
  end)
end)
