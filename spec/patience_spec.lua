-- Waiting for drives: what is repeated, what is waited for, and that it ends.

local discs = require "spec.support.disc"

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
end)
