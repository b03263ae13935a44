local failure = require "discrecorder.failure"

describe("a failure made in Lua", function()
  it("comes as nil, failure, code", function()
    local nothing, made, code = failure.new("disc_full", "too large")
    assert.is_nil(nothing)
    assert.are.equal("disc_full", code)
    assert.are.equal("disc_full", made.code)
    assert.are.equal("too large", made.message)
  end)

  it("has the culprit and the advice of its code", function()
    local _, made = failure.new("disc_full", "too large")
    assert.are.equal("data", made.culprit)
    assert.is_false(made.retryable)
    assert.matches("larger disc", made.advice)
  end)

  it("reads as its message", function()
    local _, made = failure.new("disc_full", "too large")
    assert.are.equal("too large", tostring(made))
    assert.are.equal("burn: too large!", "burn: " .. made .. "!")
  end)

  it("takes more of what is known", function()
    local _, made = failure.new("verify_failed", "differs", {
      lba = 17,
      file = "/a",
      advice = "Clean it.",
    })
    assert.are.equal(17, made.lba)
    assert.are.equal("/a", made.file)
    assert.are.equal("Clean it.", made.advice)
  end)

  it("refuses a code and a key that do not exist", function()
    assert.has_error(function()
      failure.new("no_such_code", "x")
    end)
    assert.has_error(function()
      failure.new("disc_full", "x", {advise = "?"})
    end)
  end)
end)
