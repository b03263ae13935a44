-- as_needed: whatever lies in the drive is erased, formatted or overwritten, as
-- far as it goes; plan says so before, to the block.

local burning = require "spec.support.burning"
local media = require "spec.support.media"
local plan = require("discrecorder.plan").plan

local refused = burning.refused

local bench

local function with(kind)
  bench = burning.bench("medium=" .. kind)
end

after_each(function()
  bench:remove()
end)

local function needed(more)
  local options = {as_needed = true}
  for key, value in pairs(more or {}) do
    options[key] = value
  end
  return options
end

-- What plan says of so many blocks on the disc as it is.
local function planned(blocks, more)
  local job = needed(more)
  job.tracks = {{length = blocks * burning.BLOCK}}
  return plan(job, bench:medium())
end

-- Break a burn off by pulling the cable.
local function break_off(more)
  local rec <close> = bench:recorder {faults = {{lba = 64, gone = true}}}
  local options = needed(more)
  options.packet = 65536
  assert.is_nil(media.try(bench, 100, options, rec))
end

-- A state: how it comes about. Then what a job sends first, and its mode.
local STATES <const> = {
  ["cd-rw"] = {
    {"blank", nil, {}, "page 1", "tao"},
    {"complete", {}, {}, "BLANK minimal", "tao"},
    {"appendable", {keep_open = true}, {}, "BLANK minimal", "tao"},
    {"appendable, and is appended to", {keep_open = true}, {append = true},
      "page 1", "tao"},
    {"damaged", break_off, {}, "BLANK minimal", "tao"},
  },
  ["dvd-rw"] = {
    {"blank", nil, {}, "page 0", "incremental"},
    {"complete", {}, {}, "BLANK minimal", "dao"},
    {"complete, for sessions", {}, {keep_open = true}, "BLANK", "incremental"},
    {"complete, for packets", {}, {mode = "incremental"}, "BLANK",
      "incremental"},
    {"complete, for overwriting", {}, {mode = "overwrite"}, "FORMAT 15 0",
      "overwrite"},
    {"blank, for overwriting", nil, {mode = "overwrite"}, "FORMAT 15 0",
      "overwrite"},
    {"appendable", {keep_open = true}, {}, "BLANK minimal", "dao"},
    {"appendable, and is appended to", {keep_open = true}, {append = true},
      "page 0", "incremental"},
    {"blanked minimally", function()
      media.burn(bench, 100)
      media.chore(bench, "erase", false)
    end, {}, "page 2", "dao"},
    {"blanked minimally, for sessions", function()
      media.burn(bench, 100)
      media.chore(bench, "erase", false)
    end, {keep_open = true}, "BLANK", "incremental"},
    {"formatted", {mode = "overwrite", as_needed = true}, {}, "FORMAT 13 0",
      "overwrite"},
    {"formatted, for disc-at-once", {mode = "overwrite", as_needed = true},
      {mode = "dao"}, "BLANK minimal", "dao"},
    {"formatted, for packets", {mode = "overwrite", as_needed = true},
      {mode = "incremental"}, "BLANK", "incremental"},
    {"broken off", break_off, {}, "BLANK minimal", "dao"},
  },
  ["dvd+rw"] = {
    {"unformatted", nil, {}, "FORMAT 26 230540", "overwrite"},
    {"overwritable", {as_needed = true}, {}, "FORMAT 26 FFFFFFFF",
      "overwrite"},
  },
  ["dvd-ram"] = {{"overwritable", nil, {}, "WRITE", "overwrite"}},
  ["bd-re"] = {
    {"unformatted", nil, {}, "FORMAT 00 B47400", "overwrite"},
    {"overwritable", {as_needed = true}, {}, "WRITE", "overwrite"},
  },
  ["dvd-r"] = {{"blank", nil, {}, "page 0", "incremental"}},
  ["dvd+r"] = {{"blank", nil, {}, "WRITE", "incremental"}},
  ["bd-r"] = {{"blank", nil, {}, "WRITE", "sequential"}},
}

-- These only go on with a format, or let a border grow: no data is lost.
local HARMLESS <const> = {["FORMAT 26 FFFFFFFF"] = true, ["FORMAT 13 0"] = true}

local function changes(word)
  return word:find "^BLANK" ~= nil
    or (word:find "^FORMAT" ~= nil and not HARMLESS[word])
end

describe("as_needed on a", function()
  for kind, states in pairs(STATES) do
    for _, case in ipairs(states) do
      local state, made, options, first, mode = table.unpack(case, 1, 5)
      it(("%s that is %s"):format(kind, state), function()
        with(kind)
        if type(made) == "function" then
          made()
        elseif made then
          media.burn(bench, 100, made)
        end
        local p = assert(planned(200, options))
        assert.are.equal(mode, p.mode)
        assert.are.equal(changes(first), p.needs_preparation)
        local words = media.traced(bench, 200, needed(options))
        assert.are.equal(first, words[1], table.concat(words, ", "))
        local m = bench:medium()
        assert.are.equal(p.capacity_after, m.free_blocks)
      end)
    end
  end

  for _, kind in ipairs {"cd-r", "dvd-r", "dvd+r", "bd-r"} do
    it(kind .. " that is not blank is refused: nothing brings it back",
      function()
        with(kind)
        media.burn(bench, 100, {keep_open = true})
        refused("medium_not_blank", planned(100))
        local failure = refused("medium_not_blank",
          media.try(bench, 100, needed()))
        assert.matches("Append", failure.advice)
        media.burn(bench, 100, needed {append = true})
        failure = refused("medium_not_blank",
          media.try(bench, 100, needed {append = true}))
        assert.matches("closed", failure.advice)
      end)
  end
end)

describe("what as_needed is asked for", function()
  -- Blocks that fit when the disc has been prepared.
  local ROOM <const> = {
    ["cd-rw"] = 359847, ["dvd-rw"] = 2297888, ["dvd+rw"] = 2295104,
    ["bd-re"] = 11826176,
  }
  for kind, room in pairs(ROOM) do
    it("must fit on the " .. kind .. ", or it is left as it is", function()
      with(kind)
      if bench:medium().state == "blank" then
        media.burn(bench, 100)
      end
      local before = bench:medium()
      assert(planned(room))
      local failure = refused("disc_full", planned(room + 1))
      assert.matches(("%d are free"):format(room), failure.message)
      local rec <close> = bench:recorder {trace = bench:path "trace"}
      local path = bench:path "large"
      local file = assert(io.open(path, "wb"))
      file:seek("set", (room + 1) * burning.BLOCK - 1)
      file:write "\0"
      file:close()
      refused("disc_full", rec:burn(burning.job(path, needed())))
      assert.are.same({}, media.sent(bench:path "trace"))
      assert.are.same(before, assert(rec:medium()))
    end)
  end

  it("is not simulated where the disc would have to be changed", function()
    with "dvd-rw"
    media.burn(bench, 100)
    refused("unsupported", planned(100, {simulate = true}))
    refused("unsupported", media.try(bench, 100, needed {simulate = true}))
    assert.are.equal("complete", bench:medium().state)
  end)

  it("fails where the drive cannot erase, and says what else to try",
    function()
      with "cd-rw"
      media.burn(bench, 100)
      local rec <close> = bench:recorder {faults = {
        {opcode = "BLANK", sense = {3, 0x51, 0}},
      }}
      local failure = refused("cannot_write_to_media",
        media.try(bench, 100, needed(), rec))
      assert.are.equal("BLANK", failure.command)
      assert.matches("full", failure.advice)
      assert.are.same({}, failure.report.tracks)
      assert.are.equal("complete", bench:medium().state)
    end)

  it("is heeded when it is cancelled: the drive finishes first", function()
    with "dvd+rw"
    local rec <close> = bench:recorder {faults = {
      {opcode = "FORMAT UNIT", busy = 3000},
    }}
    local path = bench:image(100)
    local work = assert(rec:burn_start(burning.job(path, needed())))
    work:cancel()
    refused("user_abort", work:wait())
    rec:close()
    media.burn(bench, 100, needed())
  end)
end)
