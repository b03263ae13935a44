-- Waiting for drives: what is repeated, what is waited for, and that it ends.

local discs = require "spec.support.disc"
local run = require "spec.support.run"

describe("patience", function()
  local d

  before_each(function()
    d = discs.new()
  end)

  after_each(function()
    d:remove()
  end)

  local function medium_with(...)
    return d:recorder("medium=cd-rw", {faults = {...}}):medium()
  end

  it("takes several unit attentions in a row", function()
    local medium = assert(medium_with {
      opcode = "TEST UNIT READY", sense = {6, 0x28, 0}, times = 6,
    })
    assert.equal("blank", medium.state)
  end)

  it("ends with a drive that reports unit attentions for ever", function()
    local medium, failure, code = medium_with {
      opcode = "TEST UNIT READY", sense = {6, 0x28, 0},
    }
    assert.is_nil(medium)
    assert.equal("busy", code)
    assert.matches("not ready after 300 s", failure.message, 1, true)
  end)

  -- By the drive's clock, in seconds: when it was asked whether it is ready.
  local function asked(times)
    local trace = d:path "trace"
    local rec = d:recorder("medium=cd-rw", {
      trace = trace,
      faults = {
        {opcode = "TEST UNIT READY", sense = {2, 0x04, 0x01}, times = times},
      },
    })
    assert(rec:medium())
    local at = {}
    for seconds in run.slurp(trace):gmatch 'at=(%S+) opcode="TEST UNIT' do
      table.insert(at, tonumber(seconds))
    end
    return at
  end

  it("does not wait much longer than short work takes", function()
    local at = asked(3)
    assert.equal(4, #at)
    assert.is_true(at[4] - at[1] < 0.01)
  end)

  it("asks about long work twice a second", function()
    local at = asked(40)
    assert.equal(41, #at)
    local last = at[41] - at[40]
    assert.is_true(last >= 0.5 and last < 0.6)
  end)

  it("ends with a drive that is busy for ever", function()
    local medium, _, code = medium_with {
      opcode = "TEST UNIT READY", sense = {2, 0x04, 0x01},
    }
    assert.is_nil(medium)
    assert.equal("busy", code)
  end)

  it("takes a drive that never says why it is not ready as ready", function()
    local medium = assert(medium_with {
      opcode = "TEST UNIT READY", sense = {2, 0x04, 0x00},
    })
    assert.equal("blank", medium.state)
  end)

  it("does not wait for what needs a human", function()
    local medium, failure, code = medium_with {
      opcode = "TEST UNIT READY", sense = {2, 0x04, 0x03},
    }
    assert.is_nil(medium)
    assert.equal("device_not_accessible", code)
    assert.equal(3, failure.sense.ascq)
  end)

  it("takes a drive that has only something to say of it as ready", function()
    for _, sense in ipairs {{0, 0, 0}, {1, 0x0B, 1}, {1, 0x5D, 0}} do
      local medium = assert(medium_with {
        opcode = "TEST UNIT READY", nth = 1, sense = sense,
      })
      assert.equal("blank", medium.state)
    end
  end)

  it("waits for a drive that is still finding out what it is", function()
    local medium = assert(medium_with {
      opcode = "TEST UNIT READY", sense = {2, 0x3E, 0}, times = 3,
    })
    assert.equal("blank", medium.state)
  end)
end)
