-- Checking a disc against images that `read` made of its sessions.
local append = require "discrecorder.append"
local burning = require "spec.support.burning"
local read = require "discrecorder.read"
local run = require "spec.support.run"
local verify = require "discrecorder.verify"

local BLOCK <const> = 2048

local refused = burning.refused

for _, medium in ipairs {"cd-r", "dvd+r", "dvd-ram"} do
  describe("an image of a session on " .. medium, function()
    local bench, rec
    local images = {}

    before_each(function()
      bench = burning.bench("medium=" .. medium)
      rec = bench:recorder()
      for i = 1, 2 do
        local path = run.spit(bench:path("file" .. i), ("%d"):format(i))
        assert(append.tree(rec, path))
      end
      for i = 1, 2 do
        images[i] = bench:path("image" .. i)
        assert(read.run(rec, images[i], {session = i}))
      end
    end)

    after_each(function()
      rec = nil
      bench:remove()
    end)

    it("is what that session shows", function()
      for i, image in ipairs(images) do
        local result = assert(verify.run(rec, {against = image, session = i}))
        assert.are.equal("image", result.verified)
      end
    end)

    it("is told from what another session shows", function()
      refused("verify_failed",
        verify.run(rec, {against = images[2], session = 1}))
    end)

    it("differs where one byte of it does", function()
      local bytes = run.slurp(images[2])
      for _, at in ipairs {
        #bytes, 16 * BLOCK + 42, #bytes - 20 * BLOCK,
      } do
        local other = string.char(bytes:byte(at) ~ 1)
        run.spit(images[2], bytes:sub(1, at - 1) .. other
          .. bytes:sub(at + 1))
        refused("verify_failed",
          verify.run(rec, {against = images[2], session = 2}))
      end
    end)
  end)
end

describe("an image of a disc with two sessions", function()
  it("is compared with all of the disc without being told", function()
    local bench = burning.bench "medium=cd-r"
    do
      local rec <close> = bench:recorder()
      for i = 1, 2 do
        assert(append.tree(rec,
          run.spit(bench:path("file" .. i), ("%d"):format(i))))
      end
      local image = bench:path "image"
      assert(read.run(rec, image))
      local result = assert(verify.run(rec, {against = image}))
      assert.are.equal(0, result.stretches[1].start)
    end
    bench:remove()
  end)
end)
