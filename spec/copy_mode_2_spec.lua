-- Discs with data in mode 2: sheets onto discs, discs onto discs, and the check
-- of both.
local album = require "discrecorder.album"
local burn_audio = require "spec.support.burn_audio"
local contents = require "discrecorder.contents"
local copy = require "discrecorder.copy"
local disc = require "spec.support.disc"
local each = require "spec.support.each"
local mode_2 = require "spec.support.mode_2"
local run = require "spec.support.run"
local verify = require "discrecorder.verify"

local d = each(disc.new)

local BLOCKS <const> = 400

local function blank()
  return d:recorder "medium=cd-rw"
end

local function has_sectors(rec, start, blocks)
  for lba = 0, blocks - 1 do
    local content = mode_2.content(lba)
    assert.is_true(content ==
      rec:read(start + lba, 1, true):sub(17, 16 + #content))
  end
end

-- A CUE sheet of one track of sectors, as large as a mode says.
local function cue(mode, name)
  name = name or "disc"
  run.spit(d:path(name .. ".bin"), mode_2.sectors(0, BLOCKS,
    tonumber(mode:match "%d+$")))
  return run.spit(d:path(name .. ".cue"), ([[
FILE "%s.bin" BINARY
  TRACK 01 %s
    INDEX 01 00:00:00
]]):format(name, mode))
end

-- A TOC file, of sectors made by a function.
local function toc(mode, make)
  local list = {}
  for lba = 0, BLOCKS - 1 do
    list[lba + 1] = make(lba)
  end
  run.spit(d:path "disc.bin", table.concat(list))
  return run.spit(d:path "disc.toc",
    ("CD_ROM_XA\nTRACK %s\nDATAFILE \"disc.bin\"\n"):format(mode))
end

local function copied(from, to)
  local report = assert(copy.run(from, to))
  assert.is_true(report.verified)
  return report
end

describe("a sheet of mode 2", function()
  for _, mode in ipairs {"MODE2/2336", "MODE2/2352"} do
    it(("(%s) is copied with its subheaders, and verified"):format(mode),
      function()
        local to, path = blank(), cue(mode)
        local report = copied(path, to)
        assert.same({"sao", "data2", true}, {report.mode,
          report.tracks[1].kind, report.tracks[1].sectors})
        has_sectors(to, 0, BLOCKS)
        assert.equal("sheet", assert(verify.run(to, {against = path})).verified)
        assert.equal("report",
          assert(verify.run(to, {report = report})).verified)
        assert.equal("readable", assert(verify.run(to)).verified)
      end)
  end

  for mode, bytes in pairs {MODE2_FORM_MIX = 2336, MODE2_RAW = 2352,
    MODE2 = 2336} do
    it(("(TOC, %s) is copied with its subheaders"):format(mode), function()
      local to = blank()
      local path = toc(mode, function(lba)
        return mode_2.sectors(lba, 1, bytes)
      end)
      copied(path, to)
      has_sectors(to, 0, BLOCKS)
      assert.is_true(verify.run(to, {against = path}).ok)
    end)
  end

  it("(TOC, form 1 and form 2 alone) gets subheaders", function()
    local to = blank()
    copied(toc("MODE2_FORM1", function(lba)
      return mode_2.data(lba, 2048)
    end), to)
    assert.is_true(("\0\0\8\0"):rep(2) .. mode_2.data(7, 2048) ==
      to:read(7, 1, true):sub(17, 2072))
    assert.is_true(verify.run(to, {against = d:path "disc.toc"}).ok)
    to = blank()
    copied(toc("MODE2_FORM2", function(lba)
      return mode_2.data(lba, 2324)
    end), to)
    assert.is_true(("\0\0\x20\0"):rep(2) .. mode_2.data(7, 2324) ==
      to:read(7, 1, true):sub(17, 2348))
    assert.is_true(verify.run(to, {against = d:path "disc.toc"}).ok)
  end)

  it("may have audio behind it", function()
    local to, path = blank(), cue "MODE2/2352"
    run.spit(d:path "music.bin", ("\1\2"):rep(1176 * 300))
    run.spit(path, run.slurp(path) .. [[
FILE "music.bin" BINARY
  TRACK 02 AUDIO
    PREGAP 00:02:00
    INDEX 01 00:00:00
]])
    local report = copied(path, to)
    has_sectors(to, 0, BLOCKS)
    assert.same({0, BLOCKS + 300},
      {report.tracks[1].start, report.tracks[2].start})
    assert.is_true(verify.run(to, {against = path}).ok)
  end)

  it("is refused track at once, and as CD-I", function()
    local to = blank()
    disc.fails("unsupported", album.burn(to, cue "MODE2/2352", {mode = "tao"}))
    disc.fails("unsupported", copy.run(cue "CDI/2352", to))
    assert.equal("blank", to:medium().state)
  end)

  it("that has other sectors than the disc is not verified", function()
    local to = blank()
    copied(cue "MODE2/2352", to)
    local path = cue("MODE2/2336", "other")
    local bin = run.slurp(d:path "other.bin")
    for _, at in ipairs {2336 * 7 + 1, 2336 * 7 + 20, 2336 * 8 + 2000} do
      run.spit(d:path "other.bin", bin:sub(1, at - 1) ..
        string.char(bin:byte(at) ~ 1) .. bin:sub(at + 1))
      local failure = disc.fails("verify_failed",
        verify.run(to, {against = path}))
      assert.equal(at // 2336, failure.lba)
    end
    -- What counts for nothing.
    local ecc = 2336 * 7 + 2200
    run.spit(d:path "other.bin", bin:sub(1, ecc - 1) .. "?" ..
      bin:sub(ecc + 1))
    assert.is_true(verify.run(to, {against = path}).ok)
  end)

  it("of mode 1 is not that of a disc in mode 2", function()
    local to = blank()
    copied(cue "MODE2/2352", to)
    local failure = disc.fails("verify_failed",
      verify.run(to, {against = cue("MODE1/2352", "other")}))
    assert.matches("data2 on the disc", failure.message)
  end)
end)

describe("a disc with a track of mode 2", function()
  it("is copied sector by sector, and copies do not grow", function()
    local first, second, third = blank(), blank(), blank()
    copied(cue "MODE2/2352", first)
    local report = copied(first, second)
    assert.same({"sao", "data2"}, {report.mode, report.tracks[1].kind})
    has_sectors(second, 0, BLOCKS)
    copied(second, third)
    has_sectors(third, 0, BLOCKS)
    assert.equal(first:medium().tracks[1].blocks,
      third:medium().tracks[1].blocks)
    assert.same(assert(contents.read(first)), (assert(contents.read(third))))
  end)

  it("of form 2 to its end is copied to its end", function()
    local first, second = blank(), blank()
    copied(toc("MODE2_FORM2", function(lba)
      return mode_2.data(lba, 2324)
    end), first)
    copied(first, second)
    for _, lba in ipairs {0, BLOCKS - 1} do
      assert.is_true(
        assert(first:read(lba, 1, true)) == second:read(lba, 1, true))
    end
  end)

  it("of form 1, track at once, is one of a session at once", function()
    local from, to = d:opened "medium=cd-r", blank()
    disc.one_track(from, 500, {[4] = 0x0A, [8] = 0x20, [50] = 0x08})
    disc.close_session(from)
    from:close()
    copied(from, to)
    assert.is_true(assert(from:read(0, 499)) == to:read(0, 499))
    assert.equal(2, to:medium().tracks[1].mode)
  end)

  it("goes through BIN and CUE to the same disc", function()
    local first, second = blank(), blank()
    copied(cue "MODE2/2352", first)
    assert(copy.run(first, d:path "out.cue"))
    assert.matches("MODE2/2352", run.slurp(d:path "out.cue"), 1, true)
    copied(d:path "out.cue", second)
    has_sectors(second, 0, BLOCKS)
    assert.is_true(verify.run(second, {against = d:path "out.cue"}).ok)
  end)

  it("is not copied to what is no CD", function()
    local first = blank()
    copied(cue "MODE2/2352", first)
    disc.fails("medium_invalid_type",
      copy.run(first, d:recorder "medium=dvd+r"))
  end)

  it("that cannot be read all through ends the copy", function()
    local to = blank()
    copied(cue "MODE2/2352", to)
    local path = d.last
    to:close()
    local from <close> = assert(require("discrecorder").recorder("virtual:" ..
      path, {faults = {{lba = 222, sense = {3, 0x11, 5}}}}))
    local failure = disc.fails("generic", copy.run(from, blank()))
    assert.equal(222, failure.lba)
  end)
end)

describe("a CD-Extra with data in mode 2", function()
  -- An album, then a tree in a session of type XA.
  local function extra()
    local rec = blank()
    assert(rec:burn {keep_open = true, tracks = {
      burn_audio.track(burn_audio.pcm(320, 1))}})
    run.spit(d:path "notes", "Liner notes.\n")
    assert(require("discrecorder.append").tree(rec, d:path "notes", {
      data_mode = 2, keep_open = false}))
    return rec
  end

  local function same(from, to)
    local a, b = from:medium(), to:medium()
    assert.same({2, 2, 2}, {b.sessions, #b.tracks, b.tracks[2].mode})
    assert.equal(a.tracks[2].start, b.tracks[2].start)
    for lba = a.tracks[2].start, a.tracks[2].start + 299, 3 do
      assert.is_true(
        assert(from:read(lba, 1, true)) == to:read(lba, 1, true))
    end
    assert(to:open_exclusive())
    local lead_ins = disc.ask(to, "43 00 02 00 00 00 00 0400 00", 1024)
    to:close()
    -- Its second session is of type 20h.
    assert.is_truthy(lead_ins:find("\xA0\0\0\0\0\2\x20\0", 1, true))
    assert.is_true(verify.run(to, {against = d:path "notes"}).ok)
  end

  it("is copied from disc to disc", function()
    local from, to = extra(), blank()
    copied(from, to)
    same(from, to)
  end)

  it("is copied by way of BIN and CUE", function()
    local from, to = extra(), blank()
    assert(copy.run(from, d:path "extra.cue"))
    copied(d:path "extra.cue", to)
    same(from, to)
    assert.is_true(verify.run(to, {against = d:path "extra.cue"}).ok)
  end)
end)
