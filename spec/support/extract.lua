--- The files of an ISO 9660 image, as xorriso takes them out of it.
--
--     extract(image, folder)   -- path to contents; links as "-> target"
local run = require "spec.support.run"

return function(image, folder)
  run.output("xorriso", "-osirrox", "on", "-indev", "stdio:" .. image,
    "-extract", "/", folder)
  local found = {}
  for path in run.output("find", folder, "-type", "f"):gmatch "[^\n]+" do
    found[path:sub(#folder + 1)] = run.slurp(path)
  end
  for path in run.output("find", folder, "-type", "l"):gmatch "[^\n]+" do
    found[path:sub(#folder + 1)] = "-> " .. run.output("readlink", path)
  end
  return found
end
