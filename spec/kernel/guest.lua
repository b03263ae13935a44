--- What runs inside a guest: one group of rows on served recorders.
--
--     lua5.4 spec/kernel/guest.lua GROUP SHARE
--
-- A group is spec/kernel/rows/GROUP.lua: a list of {name, function(t)}. Each
-- row gets `t`, with recorders of its own; an error is a failure, t.skip a row
-- that cannot be, with its reason. Results go to SHARE/results, one a line:
-- "pass", "fail" or "skip", a tab, the name, and a tab and the reason.
local run = require "spec.support.run"
local serve = require "discrecorder.serve"
local disc = require "discrecorder"

local group, share = arg[1], arg[2]

-- Real drives are busy for minutes; these for a thousandth of it.
local HURRY <const> = 1000
-- For one program.
local SECONDS <const> = os.getenv "KIND" == "qemu" and "600" or "120"

local row = {}
row.__index = row

local SKIP <const> = {}

--- This row cannot be: say why and leave it.
function row.skip(reason)
  error(setmetatable({reason = reason}, SKIP))
end

--- Start a recorder with a new blank disc, or with `path`'s disc.
-- @tparam string medium "cd-r", "cd-rw"
-- @tparam[opt] table more `path`, `keys` (more of the address), `hurry`
-- @treturn table `sr`, `sg`, `path`, `address`
function row:serve(medium, more)
  more = more or {}
  self.count = self.count + 1
  local path = more.path or ("%s/disc%d"):format(self.folder, self.count)
  local address = ("virtual:%s?medium=%s%s")
    :format(path, medium, more.keys or "")
  local served = assert(serve.start({address}, {
    hurry = more.hurry or HURRY,
    trace = ("%s/%s.%d.trace"):format(share, self.id, self.count),
  }))
  table.insert(self.served, served)
  return {
    sr = served[1].sr, sg = served[1].sg, path = path, address = address,
    served = served,
  }
end

--- Take a recorder back from the kernel before the row ends.
function row:stop(drive)
  for i, served in ipairs(self.served) do
    if served == drive.served then
      table.remove(self.served, i)
      assert(serve.stop(served))
    end
  end
end

-- Everything that programs said, for whoever looks at a failure.
local function log(r)
  io.write("+ ", r.line:gsub("^exec env [^']*", ""), "\n", r.stdout, r.stderr,
    "= ", r.status, "\n")
  io.flush()
end

--- Run a program, however it ends.
function row.try(...)
  local arguments = {"timeout", SECONDS, ...}
  local r = run(arguments)
  r.text = r.stdout .. r.stderr
  log(r)
  return r
end

--- Run a program that must succeed.
function row.run(...)
  local r = row.try(...)
  if r.status ~= 0 then
    error(("%s: status %d\n%s"):format((...), r.status, r.text), 2)
  end
  return r
end

--- Start a program and go on. Whatever becomes of the row, it is ended with it.
-- @treturn table as run.start gives
function row:start(...)
  local program = run.start(...)
  table.insert(self.programs, program)
  return program
end

--- Wait for a program that has to end by itself, within the time for one.
function row:ended(program)
  for i, other in ipairs(self.programs) do
    if other == program then
      table.remove(self.programs, i)
    end
  end
  local watch = run.start("sh", "-c", ("sleep %s; kill -KILL %d")
    :format(SECONDS, program.pid()))
  local r = program.wait()
  watch.signal "TERM"
  watch.wait()
  r.text = r.stdout .. r.stderr
  log(r)
  return r
end

--- What it said must have all of these in it, as they stand.
function row.has(r, ...)
  for _, words in ipairs{...} do
    if not r.text:find(words, 1, true) then
      error(("there is no \"%s\" in:\n%s"):format(words, r.text), 2)
    end
  end
end

--- ... and none of these.
function row.has_not(r, ...)
  for _, words in ipairs{...} do
    if r.text:find(words, 1, true) then
      error(("there is \"%s\" in:\n%s"):format(words, r.text), 2)
    end
  end
end

--- Open and close the tray: only then does the kernel ask for the capacity
-- again (spec/kernel/README.md).
function row.reload(drive)
  row.run("sg_start", "--eject", drive.sr)
  row.run("sg_start", "--load", drive.sr)
  row.try("sg_turs", "-n", "20", drive.sr)
end

--- The kernel's view of the disc has the file's bytes, from a block on. Read
-- past the page cache: what it reads ahead may touch a track's run-out, and
-- then the kernel makes the disc shorter than it is (README.md).
function row.same(drive, path, from)
  local r = row.try("sh", "-c", ("dd if=%s bs=64k iflag=direct,skip_bytes," ..
    "count_bytes skip=%d count=$(stat -c %%s %s) status=none | cmp - %s")
    :format(drive.sr, (from or 0) * 2048, path, path))
  if r.status ~= 0 then
    error("the disc is not what was burned: " .. r.text, 2)
  end
end

--- A file of so many MiB that repeats nowhere.
function row:data(mebibytes)
  local path = ("%s/data%d"):format(self.folder, mebibytes)
  row.run("sh", "-c", ("openssl enc -aes-128-ctr -K %032d -iv %032d " ..
    "-nosalt </dev/zero 2>/dev/null | head -c %d >%s")
    :format(mebibytes, 7, mebibytes << 20, path))
  return path
end

--- A folder with a few files, and an ISO 9660 image of it.
function row:image(mebibytes)
  local tree = self.folder .. "/tree"
  if not self.tree then
    self.tree = tree
    row.run("mkdir", "-p", tree .. "/sub")
    row.run("cp", "/etc/passwd", "/bin/ls", tree)
    row.run("mv", self:data(mebibytes or 4), tree .. "/sub/data")
    row.run("xorrisofs", "-quiet", "-R", "-J", "-o", self.folder .. "/iso",
      tree)
  end
  return self.folder .. "/iso", tree
end

--- The disc, mounted, has just what is in the folder.
function row.mounted_same(drive, tree)
  row.run("mkdir", "-p", "/mnt/disc")
  row.run("mount", "-t", "iso9660", "-o", "ro", drive.sr, "/mnt/disc")
  local r = row.try("diff", "-r", tree, "/mnt/disc")
  row.run("umount", "/mnt/disc")
  if r.status ~= 0 then
    error("the mounted disc is not what was burned:\n" .. r.text, 2)
  end
end

--- What our own library says of the disc file, by the direct path.
function row:medium(drive)
  self:stop(drive)
  local rec = assert(disc.recorder("virtual:" .. drive.path))
  return assert(rec:medium())
end

local function prepare(name, number)
  return setmetatable({
    name = name, id = ("row%02d"):format(number), count = 0, served = {},
    programs = {}, folder = run.folder(), share = share,
  }, row)
end

local function finish(t)
  for _, program in ipairs(t.programs) do
    program.signal "KILL"
    program.wait()
  end
  for _, served in ipairs(t.served) do
    serve.stop(served)
  end
  run.remove(t.folder)
  collectgarbage()
end

local function explain(message)
  if getmetatable(message) == SKIP then
    return message
  end
  return debug.traceback(tostring(message), 2)
end

local results = assert(io.open(share .. "/results", "w"))

local function tell(word, name, reason)
  results:write(word, "\t", name, "\t", (reason:gsub("\n", "\\n")), "\n")
  results:flush()
end

-- Only those rows whose name has these words in it.
local function rows(words)
  local list = {}
  for _, one in ipairs(require("spec.kernel.rows." .. group)) do
    if one[1]:find(words, 1, true) then
      table.insert(list, one)
    end
  end
  return list
end

for number, one in ipairs(rows(os.getenv "ROWS" or "")) do
  local name, what = one[1], one[2]
  io.write("\n=== ", name, " ===\n")
  local t = prepare(name, number)
  local ok, message = xpcall(what, explain, t)
  finish(t)
  if ok then
    tell("pass", name, "")
  elseif getmetatable(message) == SKIP then
    tell("skip", name, message.reason)
  else
    io.write(message, "\n")
    tell("fail", name, message)
  end
end
results:close()
