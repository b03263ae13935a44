-- Drives that say anything of their disc: a sample of what the fuzzer tries
-- (fuzz/contents.lua), of bytes that a seed draws.
-- FUZZ_SEED=N make specs SPECS=spec/contents_fuzz_spec.lua tries others.
local random = require "spec.kills.random"
local try = require "fuzz.contents"

local DISCS <const> = 2000
local BYTES_MOST <const> = 400

local function some_bytes(draw)
  local bytes = {}
  for i = 1, 1 + draw(BYTES_MOST) do
    bytes[i] = string.char(draw(256))
  end
  return table.concat(bytes)
end

it("the contents of a disc of which a drive says anything make sense",
  function()
    local draw = random.new(math.tointeger(os.getenv "FUZZ_SEED") or 1)
    local read = 0
    for _ = 1, DISCS do
      if try(some_bytes(draw)) then
        read = read + 1
      end
    end
    assert.is_true(read > 0 and read < DISCS)
  end)
