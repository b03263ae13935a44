-- CD-TEXT in jobs: what of it is refused beforehand, and what is recorded as it
-- is, with a warning that is true.
local album = require "spec.support.album_disc"
local burn = require "discrecorder.burn"
local burn_audio = require "spec.support.burn_audio"
local burning = require "spec.support.burning"
local cdtext = require "discrecorder.cdtext"
local copy = require "discrecorder.copy"
local disc = require "spec.support.disc"
local each = require "spec.support.each"
local make = require("discrecorder.cdtext.packs").make
local plan = require("discrecorder.plan").plan

local bench = each(burning.bench)

local SIZE <const> = 18

local function job(text)
  return {text = text, packet = 131072, tracks = {
    burn_audio.track(burn_audio.pcm(300, 1)),
    burn_audio.track(burn_audio.pcm(300, 2)),
  }}
end

local function texts(tracks, ...)
  local made = {blocks = {}}
  for i, language in ipairs {...} do
    local block = {language = language, tracks = {},
      disc = {title = "An album with a long title"}}
    for n = 1, tracks do
      block.tracks[n] = {title = ("Track %d in %s"):format(n, language)}
    end
    made.blocks[i] = block
  end
  return made
end

local function packs_of(...)
  return assert(cdtext.encode(texts(...)))
end

-- With bytes of a pack changed, and its CRC right.
local function changed(packs, number, change)
  local at = number * SIZE
  local bytes = {packs:byte(at + 1, at + 16)}
  for i, byte in pairs(change) do
    bytes[i + 1] = byte
  end
  return packs:sub(1, at) .. make(bytes[1], bytes[2], bytes[3], bytes[4],
    string.char(table.unpack(bytes, 5))) .. packs:sub(at + SIZE + 1)
end

-- Packs of two languages, the second of which says that it is the first's: its
-- code is in the last of each block's sizes.
local function of_twins()
  local packs = packs_of(2, "english", "german")
  local half = #packs // 2 // SIZE
  for _, number in ipairs {half - 1, 2 * half - 1} do
    packs = changed(packs, number, {[4 + 5] = 9})
  end
  return packs
end

-- The packs on the disc, as the drive has them.
local function on_disc()
  local look = burn_audio.look(bench)
  local packs = look.text()
  look.close()
  return packs
end

-- Before the first packet, and by plan, and for many recorders.
local function refused(code, pattern, text)
  local trace = bench:path "trace"
  local rec <close> = bench:recorder {trace = trace}
  local before = #burning.packets(trace)
  local failure = burning.refused(code, rec:burn(job(text)))
  assert.matches(pattern, failure.message)
  burning.refused(code, burn.to_many(job(text), {rec}))
  assert.are.equal(before, #burning.packets(trace))
  burning.refused(code, plan(job(text), bench:medium()))
  return failure
end

describe("texts in a job", function()
  it("for more tracks than it has are refused", function()
    refused("unsupported", "up to track 3, and the job has 2",
      texts(3, "english"))
    local later = texts(2, "english")
    later.first_track = 2
    refused("unsupported", "up to track 3", later)
    later = texts(1, "english")
    later.track_count = 5
    refused("unsupported", "up to track 5", later)
  end)

  it("for fewer tracks say how many there are", function()
    assert.is_true(assert(bench:recorder():burn(job(
      texts(1, "english")))).verified)
    local found = assert(cdtext.decode(on_disc()))
    assert.are.same({{title = "Track 1 in english"}, {}},
      found.blocks[1].tracks)
  end)

  it("for later tracks alone are those tracks'", function()
    local later = texts(1, "english")
    later.first_track = 2
    assert(bench:recorder():burn(job(later)))
    local found = assert(cdtext.decode(on_disc()))
    assert.are.same({2, {{title = "Track 1 in english"}}},
      {found.first_track, found.blocks[1].tracks})
  end)

  it("in one language twice are refused", function()
    refused("unsupported", "language 3 is English, as one before it",
      texts(2, "english", "german", "english"))
    local two = texts(2, "english", "german")
    two.blocks[1].language, two.blocks[2].language = nil, 9
    refused("unsupported", "language 2 is English", two)
    two.blocks[1].language, two.blocks[2].language = 200, 200
    refused("unsupported", "language 2 is language 200", two)
  end)

  it("in one language may come in other characters", function()
    local two = texts(2, "japanese", "japanese")
    two.blocks[2].encoding = "ms-jis"
    local report = assert(bench:recorder():burn(job(two)))
    assert.are.same({}, report.warnings)
    assert.are.equal(2, #assert(cdtext.decode(on_disc())).blocks)
  end)
end)

describe("ready packs in a job", function()
  it("with a wrong CRC are refused, one or all", function()
    local good = packs_of(2, "english")
    local failure = refused("bad_file", "the CRC of 1 of %d+ packs is wrong",
      good:sub(1, 16) .. "??" .. good:sub(19))
    assert.matches("cdtext.sound", failure.advice)
    refused("bad_file", "the CRC of every pack", (good:gsub(("."):rep(SIZE),
      function(pack)
        return pack:sub(1, 16) .. "??"
      end)))
  end)

  it("without CRCs get them", function()
    local good = packs_of(2, "english")
    local report = assert(bench:recorder():burn(job((good:gsub(("."):rep(SIZE),
      function(pack)
        return pack:sub(1, 16) .. "\0\0"
      end)))))
    assert.are.same({}, report.warnings)
    assert.is_true(good == on_disc())
  end)

  for _, case in ipairs {
    {"with wrong numbers", "its number in block 0 is 9, not 1", function()
      return changed(packs_of(2, "english"), 1, {[2] = 9})
    end},
    {"without sizes", "it has 0 packs of sizes", function()
      return packs_of(2, "english"):sub(1, -3 * SIZE - 1)
    end},
    {"with a type that there is not", "no type 42h", function()
      return changed(packs_of(2, "english"), 0, {[0] = 0x42})
    end},
    {"for more tracks", "texts for track 5, and the job has 2", function()
      return packs_of(5, "english")
    end},
    {"with one language twice", "block 1 is English, as one before it",
      of_twins},
    {"that come twice", "its number in block 0 is 0, not", function()
      return packs_of(2, "english"):rep(2)
    end, "twice"},
  } do
    it(case[1] .. " are recorded as they are, with a warning", function()
      local packs = case[3]()
      local rec <close> = bench:recorder()
      local planned = assert(plan(job(packs), bench:medium()))
      local report = assert(rec:burn(job(packs)))
      assert.is_true(report.verified)
      assert.are.equal(1, #report.warnings)
      assert.are.equal("bad_cd_text", report.warnings[1].code)
      assert.is_truthy(report.warnings[1].message:find(case[2], 1, true))
      assert.are.same(report.warnings, planned.warnings)
      -- A drive tells one round of what comes over and over.
      assert.is_true(packs:sub(1, case[4] and #packs // 2) == on_disc())
    end)
  end

  it("are told of for each of many recorders", function()
    local one <close>, other = bench:recorder(), burning.bench()
    local results = assert(burn.to_many(job(packs_of(5, "english")),
      {one, other:recorder()}))
    assert.are.equal(2, #results)
    for _, result in ipairs(results) do
      assert.are.equal("bad_cd_text", result.report.warnings[1].code)
    end
    other:remove()
  end)

  it("are told of in a job of several sessions", function()
    local first, second = job(packs_of(5, "english")), job()
    local whole = {mode = "sao", sessions = {
      {tracks = first.tracks, text = first.text}, {tracks = second.tracks},
    }}
    local planned = assert(plan(whole, bench:medium()))
    local report = assert(burn.run(bench:recorder(), whole))
    assert.are.equal("bad_cd_text", report.warnings[1].code)
    assert.are.same(report.warnings, planned.warnings)
    whole.sessions[2].text = texts(3, "english")
    for _, tried in ipairs {
      table.pack(plan(whole, bench:medium())),
      table.pack(burn.run(bench:recorder(), whole)),
    } do
      burning.refused("unsupported", table.unpack(tried, 1, 3))
      assert.matches("^session 2 of 2: CD%-TEXT has texts", tried[2].message)
    end
  end)

  it("that are no packs at all are the caller's mistake", function()
    for _, text in ipairs {"x", ("x"):rep(SIZE * 2049)} do
      assert.error_matches(function()
        bench:recorder():burn(job(text))
      end, "burn: .*text")
    end
    for _, wrong in ipairs {{5, 1}, {"x"}} do
      assert.error_matches(function()
        cdtext.judge(wrong[1], wrong[2])
      end, "cdtext")
    end
  end)
end)

describe("a copy of a disc whose CD-TEXT is odd", function()
  local d = each(disc.new)

  -- The source is read by a drive made anew.
  local function copied(packs, faults)
    local to = d:recorder "medium=cd-rw"
    do
      local from <close> = d:opened "medium=cd-r"
      album.record(from, {packs = packs, tracks = {{blocks = 300},
        {blocks = 310}}})
    end
    local from <close> = d:again(nil, {faults = faults})
    local report = assert(copy.run(from, to))
    assert.is_true(report.verified)
    return report, to
  end

  it("has it as it is, with one warning", function()
    for _, packs in ipairs {
      changed(packs_of(2, "english"), 1, {[2] = 9}),
      packs_of(2, "english"):sub(1, -3 * SIZE - 1),
      packs_of(7, "english"), of_twins(),
    } do
      local report, to = copied(packs)
      assert.are.equal(1, #report.warnings)
      assert.are.equal("bad_cd_text", report.warnings[1].code)
      assert.is_true(packs == to:cd_text())
    end
  end)

  it("leaves out packs that are none, or all of them", function()
    -- Each answer with something else in it.
    local left_out = 0
    for nth = 1, 12 do
      local report, to = copied(packs_of(2, "english"),
        {{opcode = "READ TOC/PMA/ATIP", nth = nth, corrupt = true}})
      for _, warning in ipairs(report.warnings) do
        assert.are.equal("bad_cd_text", warning.code)
        left_out = left_out + (warning.message:find "left out" and 1 or 0)
      end
      local found = to:cd_text()
      assert.are.equal(0, found and #found % SIZE or 0)
    end
    assert.is_true(left_out > 0)
  end)
end)
