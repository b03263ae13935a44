--- What the specs of appending share: a disc, and two folders, the second of
-- which goes on top of the first.
--
--     local appending = require "spec.support.appending"
--     local bench = appending.bench "medium=cd-rw"
--     append.tree(rec, bench.first); append.tree(rec, bench.second)
local burning = require "spec.support.burning"
local extract = require "spec.support.extract"
local read = require "discrecorder.read"

local appending = {}

--- What the first folder holds, and both together.
appending.FIRST = {
  ["/same.txt"] = "the same\n",
  ["/sub/old.txt"] = "old\n",
  ["/sub/changed.txt"] = "before\n",
}
appending.BOTH = {
  ["/same.txt"] = "the same\n",
  ["/new.txt"] = "new\n",
  ["/sub/old.txt"] = "old\n",
  ["/sub/changed.txt"] = "after it all\n",
}

--- A bench of spec.support.burning with the folders `first` and `second`.
function appending.bench(query)
  local bench = burning.bench(query)
  bench.scratch:file("first/same.txt", "the same\n")
  bench.scratch:file("first/sub/old.txt", "old\n")
  bench.scratch:file("first/sub/changed.txt", "before\n")
  bench.scratch:file("second/new.txt", "new\n")
  bench.scratch:file("second/sub/changed.txt", "after it all\n")
  bench.first, bench.second = bench:path "first", bench:path "second"
  return bench
end

local count = 0

--- What an image shows, as xorriso extracts it: path to contents.
function appending.in_image(bench, image)
  count = count + 1
  return extract(image, bench:path("shown" .. count))
end

--- What a disc shows by a session; without one, as it is. Gives the image, too.
function appending.shown(bench, rec, session)
  local out = bench:path("out.iso" .. count)
  assert(read.run(rec, out, {session = session}))
  return appending.in_image(bench, out), out
end

return appending
