--- Runs fuzzers and tells of each in a line.
--
--     lua fuzz/run.lua FOLDER TARGET...
--
-- FOLDER has the programs. From the environment: SECONDS for each, or RUNS;
-- CORPUS, a folder in which what is found goes on from one start to the next;
-- AT_ONCE, how many run at once (2); SEED, else one is drawn and printed;
-- OPTIONS, more for libFuzzer (-seed=N there counts). What fails is kept beside
-- the programs.
local FOLDER <const> = arg[1]
local RUNS <const> = os.getenv "RUNS"
local SECONDS <const> = os.getenv "SECONDS"
local CORPUS <const> = os.getenv "CORPUS"
local OPTIONS <const> = os.getenv "OPTIONS" or ""
local SEED <const> = tonumber(OPTIONS:match "%-seed=(%d+)")
  or math.tointeger(os.getenv "SEED") or math.random(1, 0x7FFFFFFF)
local AT_ONCE <const> = math.tointeger(os.getenv "AT_ONCE") or 2

-- An input is no longer than that, and takes no longer than TIMEOUT.
local LENGTHS <const> = {
  address = 300, cdtext = 7000, contents = 600, cue = 600, disc = 600,
  drive = 2600, iscsi = 1500, map = 400, nrg = 700, packets = 600,
  report = 400, ring = 600, toc = 600, trace = 1000, volume = 8000,
}
local TIMEOUT <const> = 10 -- seconds
local MEMORY <const> = 768 -- MiB

-- For AddressSanitizer: what is free is not kept for long.
local ASAN <const> = "ASAN_OPTIONS=quarantine_size_mb=8:detect_leaks=1"

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local function exists(path)
  local file <close> = io.open(path)
  return file ~= nil
end

-- These are not looked at for leaks after each input: an interpreter allocates
-- and frees when it likes. At their end they are.
local OF_LUA <const> = {
  cdtext = true, contents = true, cue = true, nrg = true, report = true,
  toc = true, volume = true,
}

local function command(target, corpus)
  local words = {
    ASAN, quote(FOLDER .. "/" .. target), "-print_final_stats=1",
    "-max_len=" .. LENGTHS[target], "-timeout=" .. TIMEOUT,
    "-rss_limit_mb=" .. MEMORY, "-verbosity=0",
    OF_LUA[target] and "-detect_leaks=0" or "",
    "-artifact_prefix=" .. quote(("%s/%s-"):format(FOLDER, target)),
    RUNS and RUNS ~= "" and "-runs=" .. RUNS
      or "-max_total_time=" .. (SECONDS or "60"),
  }
  local dictionary = ("fuzz/%s.dict"):format(target)
  if exists(dictionary) then
    table.insert(words, "-dict=" .. dictionary)
  end
  table.insert(words, "-seed=" .. SEED)
  table.insert(words, OPTIONS)
  table.insert(words, quote(corpus))
  table.insert(words, "fuzz/seeds/" .. target)
  return "exec 2>&1; " .. table.concat(words, " ")
end

local function folder_for(target)
  local path = CORPUS and CORPUS ~= "" and CORPUS .. "/" .. target
    or os.tmpname()
  if not CORPUS or CORPUS == "" then
    os.remove(path)
  end
  assert(os.execute("mkdir -p " .. quote(path)))
  return path
end

local function start(target)
  local corpus = folder_for(target)
  return {
    target = target, corpus = corpus, began = os.time(),
    pipe = assert(io.popen(command(target, corpus), "r")),
  }
end

local function finish(run)
  local said = run.pipe:read "a"
  local good = run.pipe:close()
  if not CORPUS or CORPUS == "" then
    os.execute("rm -rf " .. quote(run.corpus))
  end
  local function stat(name)
    return math.tointeger(said:match("stat::" .. name .. ":%s+(%d+)")) or 0
  end
  if not good then
    io.write(said, "\n")
  end
  print(("%-8s %10d runs, %6d a second, %4d MiB: %s"):format(run.target,
    stat "number_of_executed_units", stat "average_exec_per_sec",
    stat "peak_rss_mb", good and "nothing found" or "FAILED"))
  io.flush()
  return good
end

print(("seed %d"):format(SEED))
io.flush()
local passed, failed = 0, 0
local running = {}

local function finish_first()
  if finish(table.remove(running, 1)) then
    passed = passed + 1
  else
    failed = failed + 1
  end
end

for i = 2, #arg do
  if #running == AT_ONCE then
    finish_first()
  end
  table.insert(running, start(arg[i]))
end
while running[1] do
  finish_first()
end
print(("%d passed, %d failed, 0 skipped"):format(passed, failed))
os.exit(failed == 0)
