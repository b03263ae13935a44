-- docs/security.md: nobody can make us wait by a pipe that nobody uses, put
-- where a file is looked for.
local album = require "spec.support.album_disc"
local disc = require "spec.support.disc"
local dkjson = require "dkjson"
local each = require "spec.support.each"
local run = require "spec.support.run"
local sheets = require "spec.support.sheets"

local d = each(disc.new)

local function pipe(name)
  run.output("mkfifo", d:path(name))
  return d:path(name)
end

-- A data disc; its address.
local function data_disc()
  local rec <close> = d:opened "medium=cd-r"
  disc.tao(rec, {300})
  return "virtual:" .. d.last
end

local function audio_disc()
  local rec <close> = d:opened "medium=cd-r"
  album.record(rec, {tracks = {{blocks = 300}}})
  return "virtual:" .. d.last
end

-- The command, which is ended after a while: then its status is 124.
local function bounded(...)
  return run{"timeout", "-k", "5", "30", run.root .. "/bin/discrecorder",
    ours = true, ...}
end

local function refuses(code, pattern, ...)
  local r = bounded("--json", ...)
  assert.are.equal(1, r.status, r.line .. r.stdout .. r.stderr)
  local e = assert(dkjson.decode(r.stdout)).error
  assert.are.equal(code, e.code)
  assert.matches(pattern, e.message)
end

describe("a pipe that nobody uses", function()
  it("is no map, and neither is a folder", function()
    local address = data_disc()
    refuses("bad_file", "is a pipe and not a regular file", "read", address,
      d:path "out.iso", "--map", pipe "out.map")
    refuses("bad_file", "is a folder and not a regular file", "read", address,
      d:path "out.iso", "--map", d.folder)
    assert.is_nil(io.open(d:path "out.iso"))
    refuses("bad_file", "is a pipe and not a regular file", "export",
      audio_disc(), d:path "out.cue", "--map", d:path "out.map")
  end)

  it("is not what a map tells of", function()
    local address = data_disc()
    local out, map = d:path "out.iso", d:path "out.map"
    assert.are.equal(0, bounded("read", address, out, "--map", map).status)
    os.remove(out)
    pipe "out.iso"
    refuses("bad_file", "is not as long as the map says", "read", address, out,
      "--map", map)
  end)

  it("is no sheet and no image", function()
    for _, name in ipairs{"x.cue", "x.toc", "x.nrg"} do
      pipe(name)
      refuses("bad_file", "is a pipe and not a regular file", "cd-text",
        d:path(name))
      refuses("bad_file", "is a pipe and not a regular file", "audio",
        d:address "medium=cd-r", d:path(name))
    end
    for _, name in ipairs{"x.wav", "x.iso"} do
      refuses("bad_file", "is a pipe and not a regular file",
        name == "x.wav" and "audio" or "write", d:address "medium=cd-r",
        pipe(name))
    end
  end)

  it("is no packs and no report, but may be one when somebody writes to it",
    function()
      refuses("bad_file", "there are no packs", "cd-text", pipe "x.cdt")
      local address, report = d:address(), d:path "report"
      local r = bounded("burn", address, d:files(), "--report", report)
      assert.are.equal(0, r.status, r.stderr)
      refuses("bad_file", "is not the report of a burn", "verify", address,
        "--report", pipe "none")
      r = run{"sh", "-c", 'cat "$1" | timeout 30 "$2" verify "$3" --report \z
        /dev/stdin', "sh", report, run.root .. "/bin/discrecorder", address,
        ours = true}
      assert.are.equal(0, r.status, r.stderr)
    end)

  it("is nothing to compare a disc with", function()
    refuses("bad_file", "is a pipe and not a regular file", "verify",
      data_disc(), "--against", pipe "x.iso")
    d:file("x.cue", sheets.ALBUM)
    pipe "one.wav"
    refuses("file_access", "it is no regular file", "verify", audio_disc(),
      "--against", d:path "x.cue")
  end)
end)

describe("a report", function()
  local function burn(address, path)
    return bounded("burn", address, d:files(), "--report", path, "--quiet")
  end

  local function is_there(address)
    local file <close> = io.open(address:match "^virtual:(.-)%?")
    return file ~= nil
  end

  it("for a pipe that nobody reads from stops the burn before it begins",
    function()
      local address = d:address()
      refuses("file_access", "is a pipe that nobody reads from", "burn",
        address, d:files(), "--report", pipe "report")
      assert.is_false(is_there(address))
    end)

  it("goes whole to who reads a pipe from its one beginning to its one end",
    function()
      local path, r = pipe "report", nil
      local reader = run.start("timeout", "60", "cat", path)
      for _ = 1, 100 do
        r = burn(d:address(), path)
        if not r.stderr:find "nobody reads" then
          break
        end
        os.execute "sleep 0.05" -- the reader is not there yet
      end
      assert.are.equal(0, r.status, r.stderr)
      assert.is_true(assert(dkjson.decode(reader.wait().stdout)).ok)
    end)

  it("whose reader has gone is told with the failure, after the burn",
    function()
      local address = d:address()
      -- The reader goes when the recorder is there, and so the report is open;
      -- then come the bytes to burn.
      local r = run{"timeout", "60", "sh", "-c", [[
        { while [ ! -e "$5" ]; do sleep 0.05; done; head -c 65536 /dev/zero; } |
        "$1" write "$2" - --report /dev/fd/3 --json 3>&1 >"$4" |
        { while [ ! -e "$3" ]; do sleep 0.05; done; exec <&-; : >"$5"; }
        cat "$4"]], "sh", run.root .. "/bin/discrecorder", address,
        address:match "^virtual:(.-)%?", d:path "said", d:path "gone",
        ours = true}
      local said = assert(dkjson.decode(r.stdout))
      assert.is_false(said.ok)
      assert.are.equal("file_access", said.error.code)
      assert.matches("Broken pipe", said.error.message)
      assert.is_true(said.error.report.ok)
    end)
end)
