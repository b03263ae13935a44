-- The command: exporting CDs with audio, reading damaged discs.
local album = require "spec.support.album_disc"
local audio = require "spec.support.audio_disc"
local disc = require "spec.support.disc"
local dkjson = require "dkjson"
local each = require "spec.support.each"
local run = require "spec.support.run"
local several = require "spec.support.several"

local d = each(disc.new)

local function audio_disc(tracks)
  do
    local rec <close> = d:opened "medium=cd-r"
    album.record(rec, {mcn = "0123456789012", tracks = tracks})
  end
  collectgarbage()
  collectgarbage()
  return "virtual:" .. d.last
end

local function wrong(text, ...)
  local r = run.command(...)
  assert.equal(2, r.status)
  assert.is_truthy(r.stderr:find(text, 1, true), r.stderr)
end

describe("discrecorder export", function()
  it("takes a CD of audio", function()
    local address = audio_disc{{blocks = 300}, {pregap = 20, blocks = 300}}
    local r = run.command("export", address, d:path "out.cue")
    assert.equal(0, r.status, r.stderr)
    assert.matches("Wrote .*out.cue", r.stdout)
    assert.is_true(audio.blocks(0, 620) == run.slurp(d:path "out.bin"))
    local result = dkjson.decode(run.command("export", address,
      d:path "other.toc", "--json").stdout)
    assert.equal("0123456789012", result.mcn)
    assert.equal(20, result.tracks[2].pregap)
  end)

  it("takes the drive's offset", function()
    local address = audio_disc{{blocks = 300}}
    local r = run.command("export", address .. "?quirk=read-offset",
      d:path "out.cue", "--offset", "30", "--json")
    assert.equal(30, dkjson.decode(r.stdout).offset)
    assert.is_true(audio.blocks(0, 299)
      == run.slurp(d:path "out.bin"):sub(1, 299 * audio.BLOCK))
    r = run.command("export", address, d:path "early.cue", "--offset", "-30",
      "--json")
    assert.equal(-30, dkjson.decode(r.stdout).offset)
  end)

  it("goes on past damage by a map, fails, and goes on by it", function()
    local address = audio_disc{{blocks = 300}}
    local r = run.command("export", address .. "?fault=lba:77%2Csense:3/11/5",
      d:path "out.cue", "--map", d:path "map", "--retries", "1", "--twice",
      "--json")
    assert.equal(1, r.status)
    local failure = dkjson.decode(r.stdout).error
    assert.same({{start = 77, blocks = 1}}, failure.report.bad)
    r = run.command("export", address, d:path "out.cue", "--map", d:path "map")
    assert.equal(0, r.status, r.stderr)
    assert.is_true(audio.blocks(0, 300) == run.slurp(d:path "out.bin"))
  end)

  it("says what is wrong with its options", function()
    wrong("is no number of samples", "export", "x", "y.cue", "--offset", "2941")
    wrong("ISO has none", "export", "x", "y.iso", "--offset", "3")
    wrong("'read' has one", "export", "x", "y.iso", "--map", "m")
    wrong("needs --map", "export", "x", "y.cue", "--retries", "3")
    wrong("--twice needs --map", "export", "x", "y.cue", "--twice")
    wrong("is no number from 0 to 1000", "export", "x", "y.cue", "--map", "m",
      "--retries", "many")
  end)
end)

describe("discrecorder read", function()
  it("reads a damaged disc by a map", function()
    do
      local rec <close> = d:opened "medium=cd-r"
      disc.tao(rec, {400})
    end
    collectgarbage()
    collectgarbage()
    local address = "virtual:" .. d.last
    local r = run.command("read", address .. "?fault=lba:77%2Csense:3/11/5",
      d:path "out.iso", "--map", d:path "map")
    assert.equal(1, r.status)
    assert.matches("1 of the blocks cannot be read, the first is 77", r.stderr)
    assert.matches("run the same again", r.stderr)
    r = run.command("read", address, d:path "out.iso", "--map", d:path "map")
    assert.equal(0, r.status, r.stderr)
    assert.equal(400 * disc.BLOCK, #run.slurp(d:path "out.iso"))
  end)

  it("has no use for retries without a map", function()
    wrong("needs --map", "read", "x", "y.iso", "--retries", "3")
  end)
end)

describe("discrecorder copy", function()
  it("copies a disc to a disc, and reads it back", function()
    local from = audio_disc{{blocks = 300}, {pregap = 20, blocks = 300}}
    local to = "virtual:" .. d:path "to.disc"
    local r = run.command("copy", from, to .. "?medium=cd-rw", "--report",
      d:path "report.json")
    assert.equal(0, r.status, r.stderr)
    assert.matches("2 tracks, 0:08 minutes", r.stdout)
    assert.matches("Read back from the disc", r.stdout)
    assert.is_true(dkjson.decode(run.slurp(d:path "report.json")).verified)
    for i, address in ipairs {from, to} do
      r = run.command("copy", address, d:path(i .. ".cue"))
      assert.equal(0, r.status, r.stderr)
      assert.matches("Wrote", r.stdout)
    end
    assert.is_true(run.slurp(d:path "1.bin") == run.slurp(d:path "2.bin"))
  end)

  it("copies all sessions of a CD", function()
    several.two_trees(d):close()
    local from, to = d.last, d:path "copy"
    collectgarbage()
    local r = run.command("copy", "virtual:" .. from,
      "virtual:" .. to .. "?medium=cd-r", "--report", d:path "report")
    assert.equal(0, r.status, r.stderr)
    local report = dkjson.decode(run.slurp(d:path "report"))
    assert.same({true, 2, 2},
      {report.verified, #report.sessions, #report.tracks})
    local all = report.tracks[1].blocks + report.tracks[2].blocks
    assert.is_truthy(r.stdout:find(
      ("all %d blocks of 2 tracks are right"):format(all), 1, true), r.stdout)
  end)

  it("copies an image to a disc", function()
    local from = audio_disc{{blocks = 300}, {pregap = 20, blocks = 300}}
    run.command("copy", from, d:path "a.cue")
    local to = "virtual:" .. d:path "to.disc"
    local r = run.command("copy", d:path "a.cue", to .. "?medium=cd-r",
      "--json")
    assert.is_true(dkjson.decode(r.stdout).verified, r.stdout)
  end)

  it("is refused with one recorder, and says what to do", function()
    local from = audio_disc{{blocks = 300}}
    local r = run.command("copy", from, from)
    assert.equal(1, r.status)
    assert.matches("to the same recorder", r.stderr)
    assert.matches("Copy it to an image", r.stderr)
  end)

  it("says what is wrong with its arguments", function()
    wrong("one of 'from' and 'to'", "copy", "a.cue", "b.cue")
    wrong("neither .iso nor .cue nor .toc", "copy", "virtual:a", "b.img")
    wrong("--map is for", "copy", "virtual:a", "virtual:b", "--map", "m")
    wrong("--offset is for a drive", "copy", "a.cue", "virtual:b", "--offset",
      "1")
    wrong("ISO has none", "copy", "virtual:a", "b.iso", "--offset", "1")
    wrong("--outside is for sheets", "copy", "virtual:a", "virtual:b",
      "--outside")
    wrong("--as-needed is for burning", "copy", "virtual:a", "b.cue",
      "--as-needed")
    wrong("needs --map", "copy", "virtual:a", "b.cue", "--retries", "1")
  end)
end)
