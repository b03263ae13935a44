-- Faults at every packet, a sample of a thousand runs; `make faults` makes them
-- all. And that what they are drawn from is whole.

local benches = require "spec.faults.bench"
local classes = require "spec.faults.classes"
local jobs = require "spec.faults.jobs"
local outcomes = require "spec.faults.outcomes"
local plan = require "spec.faults.plan"
local run = require "spec.support.run"
local senses = require "spec.faults.senses"

local RUNS <const> = 1000
-- One for all, so that `make test` is the same each time; SEED has another.
local SEED <const> = tonumber(os.getenv "SEED") or 1

describe("a fault at any packet", function()
  local bench

  setup(function()
    bench = benches.new()
  end)

  teardown(function()
    bench:remove()
  end)

  -- A failure names the run.
  it("comes to what the table of outcomes says, a thousand times", function()
    -- Not all of the plan: each run looks through all memory.
    local list = table.move(bench:plan(SEED), 1, RUNS, 1, {})
    for i = 1, RUNS do
      local done = bench:try(list[i])
      if #done.wrong > 0 then
        error(("%s\n%s"):format(bench.line(list[i]),
          table.concat(done.wrong, "\n")))
      end
    end
  end)

  it("is drawn alike by one seed, and otherwise by another", function()
    local few = setmetatable({jobs = {bench.jobs[1]}}, {__index = bench})
    local function drawn(seed)
      local words = {}
      for i, one in ipairs(few:plan(seed)) do
        words[i] = bench.line(one)
      end
      assert.is_true(#words >= plan.LEAST)
      return table.concat(words)
    end
    local first = drawn(1)
    assert.is_true(first == drawn(1))
    assert.is_false(first == drawn(2))
  end)

  it("comes to every packet of every job in every class, and with every sense",
    function()
      local made, seen = {}, {}
      for _, one in ipairs(bench:plan(3)) do
        local key = ("%s %d %s"):format(one.job.name, one.packet.number,
          one.class)
        made[key] = true
        local sense = one.fault:match "sense:([^,]+)"
        if sense and not one.fault:find "deferred"
          and not one.fault:find "always" then
          key = one.job.kind .. senses.find(sense).text
          seen[key] = (seen[key] or 0) + 1
        end
      end
      for _, job in ipairs(bench.jobs) do
        for _, packet in ipairs(bench.cleans[job.name].packets) do
          for _, class in ipairs(classes.list) do
            if class.fits(packet) then
              assert.is_true(made[("%s %d %s"):format(job.name, packet.number,
                class.name)])
            end
          end
        end
        for _, row in ipairs(senses.list) do
          assert.is_true(seen[job.kind .. row.text] >= 20, row.text)
        end
      end
    end)

  it("has an outcome for each kind of packet and each sense", function()
    local known <const> = {good = true, fails = true, either = true, any = true}
    local function is_known(fault, packet, job)
      local word = outcomes.of(fault, packet, job,
        bench.cleans[job.name]).word
      assert.is_true(known[word], fault .. ": " .. word)
    end
    local kinds = {}
    for _, job in ipairs(bench.jobs) do
      for _, packet in ipairs(bench.cleans[job.name].packets) do
        for _, class in ipairs(classes.list) do
          if class.fits(packet) then
            is_known(class.draw(packet, function(from)
              return from
            end), packet, job)
          end
        end
        kinds[packet.use] = {packet, job}
      end
    end
    for _, one in pairs(kinds) do
      for _, row in ipairs(senses.list) do
        is_known("sense:" .. row.text, table.unpack(one))
        is_known("always,sense:" .. row.text, table.unpack(one))
      end
    end
  end)
end)

describe("the table of outcomes", function()
  local bench

  setup(function()
    bench = benches.new "cd-tao dvd+r dvd-r audio-sao"
  end)

  teardown(function()
    bench:remove()
  end)

  it("lets no refusal cost a job that can do without the answer", function()
    local spared, seen = {
      [0x1E] = true, [0xBB] = true, [0xB6] = true, [0x54] = true,
      [0xAC] = true, [0xAD] = true, [0x5A] = true, [0x25] = true,
    }, {}
    for _, job in ipairs(bench.jobs) do
      local clean = bench.cleans[job.name]
      for _, packet in ipairs(clean.packets) do
        if spared[packet.code] then
          seen[packet.code] = true
          for _, fault in ipairs {"sense:5/20/00", "sense:5/24/00"} do
            assert.are.equal("good",
              outcomes.word(fault, packet, job, clean))
          end
        end
      end
    end
    assert.same(spared, seen)
  end)

  it("states one outcome of nine runs in ten", function()
    local fixed, list = 0, bench:plan(1)
    for _, one in ipairs(list) do
      local word = outcomes.word(one.fault, one.packet, one.job,
        bench.cleans[one.job.name])
      fixed = fixed + (outcomes.is_fixed(word) and 1 or 0)
    end
    assert.is_true(fixed > 0.9 * #list)
  end)
end)

describe("the senses of the faults", function()
  -- Of each row of src/mmc/sense_table.h one is tried, with some key.
  it("cover every row of the library's own table", function()
    local text = run.slurp(run.root .. "/src/mmc/sense_table.h")
    local rows = 0
    for asc, first, last in text:gmatch
      "\nKIND%([%u_]+, 0x(%x%x), 0x(%x%x), 0x(%x%x)," do
      rows = rows + 1
      local found = false
      for _, row in ipairs(senses.list) do
        found = found or row.asc == tonumber(asc, 16)
          and row.last >= tonumber(first, 16)
          and row.first <= tonumber(last, 16)
      end
      assert.is_true(found, asc .. "/" .. first)
    end
    assert.is_true(rows > 80)
  end)

  it("are found by each of their codes", function()
    for _, row in ipairs(senses.list) do
      for ascq = row.first, row.last do
        local text = ("%X/%02X/%02X"):format(row.key, row.asc, ascq)
        assert.are.equal(row, senses.find(text))
      end
    end
  end)
end)

describe("the jobs of the faults", function()
  it("are chosen by their names as they are, or by patterns", function()
    local function names(words)
      local list = {}
      for i, job in ipairs(assert(benches.choose(words))) do
        list[i] = job.name
      end
      return table.concat(list, " ")
    end
    assert.are.equal("dvd-r", names "dvd-r")
    assert.are.equal("read read-bd", names "read-bd read")
    assert.are.equal("erase-cd erase-cd-full erase-dvd", names "^erase")
    assert.are.equal(#jobs.list, #benches.choose())
    for _, unknown in ipairs {"no-such-job", "dvd-r nothing%d", "%"} do
      local chosen, word = benches.choose(unknown)
      assert.is_nil(chosen)
      assert.are.equal(unknown:match "%S+$", word)
    end
  end)

  it("are all that the issue names", function()
    local kinds = {}
    for _, job in ipairs(jobs.list) do
      kinds[job.kind] = true
    end
    for _, kind in ipairs {
      "data TAO", "audio SAO with CD-TEXT", "audio TAO", "multi-session",
      "DVD-R incremental", "DVD-R disc-at-once", "DVD-R DL",
      "DVD-RW sequential", "DVD-RW restricted overwrite", "DVD+R", "DVD+R DL",
      "DVD+RW", "DVD-RAM", "BD-R", "BD-RE with spares",
      "BD-RE without spares", "erase", "format", "finish", "read", "verify",
      "copy", "export", "rescue", "data in mode 2", "several sessions",
      "several recorders", "append of a tree", "layer boundary", "BD-R DL",
      "BD-RE DL",
    } do
      assert.is_true(kinds[kind], kind)
    end
  end)
end)
