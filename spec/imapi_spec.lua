local imapi = require "discrecorder.imapi"
local run = require "spec.support.run"

describe("IMAPI's constants", function()
  it("read both ways", function()
    assert.are.equal(2, imapi.recorder_type.cdrw)
    assert.are.equal("cdrw", imapi.recorder_type[2])
    assert.are.equal("opened", imapi.recorder_state[1])
    assert.are.equal("none", imapi.media_type[0])
    assert.are.equal(8, imapi.media_flag.unusable)
    assert.are.equal(
      "IDiscRecorder",
      imapi.iid["85AC9776-CA88-4CF2-894E-09598C078A41"]
    )
  end)

  it("give IMAPI's name and the failure's code for a number", function()
    assert.are.equal(0x8004020F, imapi.hresult.medium_not_present)
    assert.are.equal("medium_not_present", imapi.hresult[0x8004020F])
    assert.are.equal("IMAPI_E_MEDIUM_NOTPRESENT", imapi.name[0x8004020F])
    assert.are.equal(0x8004020F, imapi.name.IMAPI_E_MEDIUM_NOTPRESENT)
  end)

  it("tell success from failure", function()
    assert.is_true(imapi.succeeded(imapi.hresult.ok))
    assert.is_true(imapi.succeeded(imapi.hresult.properties_ignored))
    assert.is_false(imapi.succeeded(imapi.hresult.not_opened))
    assert.is_false(imapi.succeeded(-2147220981))
  end)

  it("agree with the failures of C, code by code", function()
    local text = run.slurp(run.root .. "/src/failure_codes.h")
    local count = 0
    for code, number in text:gmatch('CODE%([%u_]+, "([%l_]+)", (%w+)') do
      count = count + 1
      if number == "0" then
        assert.is_nil(imapi.hresult[code], code)
      else
        assert.are.equal(math.tointeger(number), imapi.hresult[code], code)
      end
    end
    assert.is_true(count > 40)
  end)
end)
