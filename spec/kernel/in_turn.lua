--- Rows on discs that we and other people's programs add to in turn.

local append = require "discrecorder.append"
local disc = require "discrecorder"
local minus = require "spec.kernel.minus"

local growisofs = minus.growisofs

-- A turn adds a folder to what the disc has, as "/NAME".
local turns = {}

function turns.ours(_, drive, tree, name)
  local rec <close> = assert(disc.recorder(drive.sr))
  local report = assert(append.tree(rec, {["/" .. name] = tree},
    {as_needed = true}))
  assert(report.verified)
end

function turns.xorriso(t, drive, tree, name)
  t.run("xorriso", "-return_with", "SORRY", "32", "-md5", "on", "-dev",
    drive.sr, "-write_type", "tao", "-map", tree, "/" .. name, "-commit")
end

function turns.growisofs(t, drive, tree, name, first)
  growisofs(t, first and "-Z" or "-M", drive.sr, "-R", "-graft-points",
    ("/%s=%s"):format(name, tree))
end

-- An image, so it comes first.
function turns.cdrskin(t, drive, tree, name)
  local image = t.folder .. "/first.iso"
  t.run("genisoimage", "-quiet", "-R", "-graft-points", "-o", image,
    ("/%s=%s"):format(name, tree))
  t.run("cdrskin", "-v", "dev=" .. drive.sr, "-tao", "-multi", "padsize=150s",
    image)
end

--- A row: the kernel sees every folder after every turn.
-- @string medium
-- @string ... who adds: "ours", "xorriso", "growisofs", or "cdrskin", first
return function(medium, ...)
  local order = {...}
  return {("%s: added to by %s"):format(medium, table.concat(order, ", ")),
    function(t)
      local drive = t:serve(medium)
      local _, tree = t:image(1)
      t.run("mkdir", "-p", "/mnt/disc")
      for i, who in ipairs(order) do
        turns[who](t, drive, tree, "turn" .. i, i == 1)
        t.reload(drive)
        t.run("mount", "-t", "iso9660", "-o", "ro", drive.sr, "/mnt/disc")
        for k = 1, i do
          t.run("diff", "-r", tree, "/mnt/disc/turn" .. k)
        end
        t.run("umount", "/mnt/disc")
      end
      t.has(t.run("isoinfo", "-d", "-i", drive.sr), "Joliet")
      if order[#order] == "ours" then
        t.has(t.run("xorriso", "-md5", "on", "-indev", drive.sr, "-toc",
          "-check_media", "use=indev", "--"), "+ good")
      end
    end}
end
