-- To the block, on every disc and in every mode: what plan accepts is burned
-- and never ends in disc_full, and one block more is refused before anything is
-- sent. And what plan says stays free is what medium() says then.

local burning = require "spec.support.burning"
local disc = require "spec.support.disc"
local media = require "spec.support.media"
local plan = require("discrecorder.plan").plan
local source = require "discrecorder.source"
local verify = require "discrecorder.verify"

local BLOCK <const> = burning.BLOCK

local refused = burning.refused

local bench

local function with(query)
  bench = burning.bench(query)
end

after_each(function()
  bench:remove()
end)

-- One block too many: by plan, and by the burn, to which nothing is sent.
local function is_full(blocks, options)
  local job = {tracks = {{length = blocks * BLOCK}}}
  for key, value in pairs(options) do
    job[key] = value
  end
  refused("disc_full", plan(job, bench:medium()))
  local trace = bench:path "full"
  os.remove(trace)
  local rec <close> = bench:recorder {trace = trace}
  job.tracks[1] = {source = assert(source.push(blocks * BLOCK))}
  refused("disc_full", rec:burn(job))
  assert.are.same({}, media.sent(trace))
end

-- A burn of so many blocks, and what is said of it before and after.
local function burns(blocks, options)
  local job = {tracks = {{length = blocks * BLOCK}}}
  for key, value in pairs(options) do
    job[key] = value
  end
  local p = assert(plan(job, bench:medium()))
  local report = media.burn(bench, blocks, options)
  local now = bench:medium()
  assert.are.equal(p.capacity_after, now.free_blocks,
    ("%d blocks"):format(blocks))
  assert.are.equal(p.capacity_after, report.medium.free_blocks)
  return now
end

-- Sessions until there is little left: what is reserved and closed is never
-- written, so that it costs nothing.
local SEQUENCES <const> = {
  "dvd-r", "dvd-rw", "dvd+r", "dvd+r-dl", "bd-r", "bd-r-dl", "bd-r-tl",
  "bd-r-ql",
}

local function copy(from, to)
  os.execute(("cp --sparse=always '%s' '%s'"):format(from, to))
end

-- A disc with so much room, as a copy of one that was made before: `f` gets
-- the room.
local function each_with_room(room, close, wanted, f)
  local m = media.fill(bench, room, close)
  local full = bench:path "almost"
  copy(bench.disc_path, full)
  for _, blocks in ipairs(wanted(m.free_blocks)) do
    collectgarbage() -- nobody has the disc
    copy(full, bench.disc_path)
    f(blocks, m.free_blocks)
  end
end

describe("the last block of a", function()
  for _, kind in ipairs(SEQUENCES) do
    it(kind .. " can be written, and not the one after it", function()
      with("medium=" .. kind)
      each_with_room(600, false, function(free)
        return {free, free - 1, free - 40}
      end, function(blocks, free)
        is_full(free + 1, {append = true})
        local m = burns(blocks, {append = true})
        assert.are.equal("complete", m.state)
      end)
    end)
  end

  for name, prepare in pairs {
    ["that has spare areas"] = function()
      media.chore(bench, "format", "default")
    end,
    ["that was formatted for pseudo-overwrite"] = function()
      media.open(bench, function(_, s)
        assert.are.equal("good", s.format(0, 0, 0))
      end)
    end,
  } do
    for _, kind in ipairs {"bd-r", "bd-r-dl", "bd-r-tl", "bd-r-ql"} do
      it(kind .. " " .. name .. " can be written, and not the one after it",
        function()
          with("medium=" .. kind)
          local all = bench:medium().free_blocks
          prepare()
          assert.is_true(bench:medium().free_blocks < all)
          each_with_room(640, false, function(free)
            return {free, free - 31}
          end, function(blocks, free)
            is_full(free + 1, {append = true})
            assert.are.equal("complete",
              burns(blocks, {append = true}).state)
          end)
        end)
    end
  end

  it("dvd-r-dl can be written, and not the one after it", function()
    with "medium=dvd-r-dl"
    each_with_room(600, false, function(free)
      return {free}
    end, function(blocks, free)
      is_full(free + 1, {append = true})
      assert.are.equal("complete", burns(blocks, {append = true}).state)
    end)
  end)

  for _, kind in ipairs {"cd-r", "cd-rw"} do
    it(kind .. " can be written, and not the one after it", function()
      with("medium=" .. kind)
      media.open(bench, function(rec, s)
        assert.are.equal("good",
          disc.select(rec, disc.write_page {multi = true}))
        assert.are.equal("good",
          s.reserve(assert(rec:medium()).free_blocks - 1000))
        assert.are.equal("good", s.write(0, 16))
        s.good(s.SYNC)
      end)
      local free = bench:medium().free_blocks
      is_full(free + 1, {append = true})
      assert.are.equal("complete", burns(free, {append = true}).state)
    end)
  end

  for kind, last in pairs {
    ["dvd+rw"] = 2295104, ["dvd-ram"] = 2236704, ["bd-re"] = 11826176,
    ["bd-re-dl"] = 23652352, ["bd-re-tl"] = 47305728,
  } do
    it(kind .. " can be written, and not the one after it", function()
      with("medium=" .. kind)
      media.chore(bench, "format")
      local path = bench:image(32)
      local rec <close> = bench:recorder()
      local function at(start)
        return {as_needed = true, tracks = {
          {source = assert(source.file(path)), start = start},
        }}
      end
      local report = assert(rec:burn(at(last - 32)))
      assert.is_true(report.verified)
      assert.are.equal(last, report.medium.free_blocks)
      refused("disc_full", plan(at(last), assert(rec:medium())))
      refused("disc_full", rec:burn(at(last)))
      is_full(last + 1, {as_needed = true})
    end)
  end

  it("dvd-rw that is formatted can be written, and not the one after it",
    function()
      with "medium=dvd-rw"
      media.chore(bench, "format", "full")
      local path = bench:image(16)
      local rec <close> = bench:recorder()
      for start, good in pairs {[2297872] = true, [2297888] = false} do
        local job = {as_needed = true, tracks = {
          {source = assert(source.file(path)), start = start},
        }}
        if good then
          assert.is_true(assert(rec:burn(job)).verified)
        else
          refused("disc_full", rec:burn(job))
        end
      end
      is_full(2297889, {as_needed = true})
    end)
end)

describe("a format that is not the usual one", function()
  for _, case in ipairs {
    {"dvd-ram", "least_spare", 16}, {"bd-re", "least_spare", 32},
    {"bd-re", "no_spare", 32}, {"bd-re-dl", "no_spare", 32},
    {"bd-re-tl", "least_spare", 32},
  } do
    local kind, format, unit = table.unpack(case)
    it(("moves the last block of a %s: %s"):format(kind, format), function()
      with("medium=" .. kind)
      local usual = media.chore(bench, "format").free_blocks
      local last = media.chore(bench, "format", format).free_blocks
      assert.is_true(last > usual)
      local path = bench:image(unit)
      local rec <close> = bench:recorder()
      local function at(start)
        return {as_needed = true, tracks = {
          {source = assert(source.file(path)), start = start},
        }}
      end
      assert.is_true(assert(rec:burn(at(last - unit))).verified)
      refused("disc_full", rec:burn(at(last)))
      is_full(last + 1, {as_needed = true})
    end)
  end

  -- Its border grows as far as the disc goes.
  it("lets a DVD-RW grow to its last block", function()
    with "medium=dvd-rw"
    media.chore(bench, "format")
    assert(plan({as_needed = true, tracks = {{length = 2297888 * BLOCK}}},
      bench:medium()))
    is_full(2297889, {as_needed = true})
  end)
end)

describe("a track across both layers", function()
  for kind, layer in pairs {
    ["dvd+r-dl"] = 2086912, ["dvd-r-dl"] = 2085856, ["bd-r-dl"] = 12219392,
  } do
    it(("of a %s is burned, and compared on both"):format(kind), function()
      with("medium=" .. kind)
      media.fill(bench, bench:medium().free_blocks - layer + 200)
      local report = media.burn(bench, 600, {append = true})
      assert.is_true(report.tracks[1].start < layer)
      assert.is_true(report.tracks[1].start + 600 > layer)
      for _, block in ipairs {layer - 1, layer} do
        bench:flip(block)
        refused("verify_failed",
          verify.run(bench:recorder(), {report = report}))
        bench:flip(block)
      end
    end)
  end
end)

describe("disc-at-once", function()
  -- Up to its first WRITE, which fails: a whole disc takes too long here.
  for kind, size in pairs {
    ["dvd-r"] = 2298496, ["dvd-rw"] = 2298496, ["dvd-r-dl"] = 4171712,
  } do
    it(("takes all of a %s, and no block more"):format(kind), function()
      with("medium=" .. kind)
      is_full(size + 1, {mode = "dao"})
      local rec <close> = bench:recorder {faults = {
        {opcode = "WRITE(10)", nth = 1, sense = {3, 0x0C, 0}},
      }}
      local pushed = assert(source.push(size * BLOCK))
      local work <close> = assert(rec:burn_start {
        mode = "dao", tracks = {{source = pushed}}, buffer = 1 << 18,
        verify = false,
      })
      pushed:write(("x"):rep(1 << 17))
      local failure = refused("cannot_write_to_media", work:wait())
      assert.are.equal("WRITE(10)", failure.command)
      assert.are.equal("blank", bench:medium().state)
    end)
  end
end)

describe("what stays free after a session", function()
  for _, kind in ipairs {
    "cd-r", "cd-rw", "dvd-r", "dvd-rw", "dvd+r", "dvd+r-dl", "bd-r", "bd-r-ql",
  } do
    it(("on a %s is what plan said"):format(kind), function()
      with("medium=" .. kind)
      for i = 1, 3 do
        local m = burns(100 * i, {keep_open = true, append = true})
        assert.are.equal("appendable", m.state)
        assert.is_true(m.free_blocks > 0)
      end
      burns(500, {append = true})
    end)
  end

  -- The zones in which a border of DVD-R is longer, by what is reserved.
  for _, start in ipairs {65000, 65264, 66000, 534000, 534016, 1267456} do
    it(("on a dvd-r is what plan said, after block %d"):format(start),
      function()
        with "medium=dvd-r"
        media.fill(bench, 2297888 - start)
        burns(32, {keep_open = true, append = true})
        burns(32, {keep_open = true, append = true})
      end)
  end

  -- Little enough that a further session may just fit, or just not.
  for _, kind in ipairs {"dvd+r", "dvd+r-dl"} do
    it(("on a %s is nothing where no session fits"):format(kind), function()
      with("medium=" .. kind)
      each_with_room(3200, false, function(free)
        return {free - 2048, free - 2048 - 16, free - 2048 - 32,
          free - 2048 - 1024}
      end, function(blocks)
        local m = burns(blocks, {keep_open = true, append = true})
        assert.are.equal(m.free_blocks > 0 and "appendable" or "complete",
          m.state)
      end)
    end)
  end

  it("on a bd-r is all the rest, to its last cluster", function()
    with "medium=bd-r"
    each_with_room(640, true, function(free)
      return {free - 32, free, 1}
    end, function(blocks)
      burns(blocks, {keep_open = true, append = true})
    end)
  end)

  for _, kind in ipairs {"dvd-ram", "dvd+rw", "bd-re"} do
    it(("on a %s is all of it"):format(kind), function()
      with("medium=" .. kind)
      media.chore(bench, "format")
      burns(100, {as_needed = true})
    end)
  end
end)
