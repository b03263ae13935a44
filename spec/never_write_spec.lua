-- The list of drives that may never be written.

local run = require "spec.support.run"

describe("DISCRECORDER_NEVER_WRITE", function()
  -- The list is the environment's: a program of its own for each question.
  local function asked(list, address)
    local r = run{
      "lua5.4", "-e", ([[
        package.cpath = %q
        local ok, failure, code = require("sgio_fake").never_write(%q)
        print(ok == false and "allowed" or code, failure or "")
      ]]):format(run.build .. "/spec/?.so", address),
      env = {DISCRECORDER_NEVER_WRITE = list},
    }
    assert.are.equal("", r.stderr)
    return r.stdout
  end

  it("refuses what it names, by globs and through links", function()
    local folder = run.folder()
    run.spit(folder .. "/sr0", "")
    run.output("ln", "-s", "sr0", folder .. "/cdrom")
    local node, by_link = folder .. "/sr0", folder .. "/cdrom"
    local refused = {
      {node, node}, {node, by_link}, {by_link, node}, {folder .. "/*", node},
      {folder .. "/cd*", node}, {"/x " .. node .. "  /y", node},
      {"virtual:/a/*", "virtual:/a/b?medium=cd-r"}, {node, "cdio:" .. node},
      {"cdio:" .. by_link, node}, {"/dev/my%20drive", "/dev/my drive"},
    }
    for _, row in ipairs(refused) do
      assert.matches("^device_not_accessible\t.*may never be written",
        asked(row[1], row[2]), 1, false, row[1])
    end
    for _, row in ipairs{
      {"", node}, {folder, node}, {"/dev/sr1", "/dev/sr0"}, {"sr0", node},
      {"/no/such/*", node},
    } do
      assert.matches("^allowed", asked(row[1], row[2]))
    end
    run.remove(folder)
  end)

  it("knows names with brackets, and those below the current folder", function()
    local folder = run.folder()
    local file = run.spit(folder .. "/disc[1]", "")
    for _, entry in ipairs{file, "virtual:" .. file} do
      assert.matches("^device_not_accessible",
        asked(entry, "virtual:" .. file), 1, false, entry)
    end
    local r = run.command("burn", "--quiet", "--no-verify",
      "virtual:" .. folder .. "/disc?medium=cd-rw", run.root .. "/examples")
    assert.are.equal(0, r.status, r.stderr)
    r = run.command{
      "erase", "virtual:disc", cwd = folder,
      env = {DISCRECORDER_NEVER_WRITE = "virtual:disc"},
    }
    assert.are.equal(1, r.status)
    assert.matches("may never be written", r.stderr)
    run.remove(folder)
  end)

  it("knows a drive in another machine however it is written", function()
    local drive, refused = "iscsi://station:3260/iqn.2020-01.org.x:b/1", {}
    for _, entry in ipairs{
      "iscsi://station/iqn.2020-01.org.x:b/1", "iscsi://station/*",
      "iscsi://station:3260/iqn.2020-01.org.x:b/1", "iscsi://STATION/*",
      "iscsi://someone@station/iqn.2020-01.org.x:b/1", "iscsi://s*",
      "iscsi://station/iqn.2020-01.org.x%3ab/?", "iscsi://station:*",
      "iscsi://station/iqn.2020-01.org.x:b/1?initiator=iqn.x", "iscsi://*/1",
    } do
      for _, address in ipairs{
        drive, "iscsi://someone@station:3260/iqn.2020-01.org.x:b/1",
        drive .. "?initiator=iqn.y",
      } do
        table.insert(refused, {entry, address})
      end
    end
    table.insert(refused,
      {"iscsi://[::1]/iqn.x/1", "iscsi://[::1]:3260/iqn.x/1"})
    table.insert(refused, {"iscsi://[::1]/*", "iscsi://[::1]:3260/iqn.x/1"})
    for _, row in ipairs(refused) do
      assert.matches("^device_not_accessible", asked(row[1], row[2]), 1, false,
        row[1] .. " " .. row[2])
    end
    for _, entry in ipairs{
      "iscsi://station:13260/*", "iscsi://station/*/2", "iscsi://other/*",
      "iscsi://stations/*", "iscsi://", "iscsi://station", "iscsi:station/*",
    } do
      assert.matches("^allowed", asked(entry, drive), 1, false, entry)
    end
  end)

  -- Its nodes are sr0 and sg3; who asks uses another name for one of them.
  for _, row in ipairs{
    {"open_cdio", "block", 11, 0}, {"open", "block", 11, 0},
    {"open", "char", 21, 3},
  } do
    it(("knows a drive by either node: %s, a %s device"):format(row[1], row[2]),
      function()
        local root = run.folder()
        local sg = root .. "/sys/dev/char/21:3/device"
        run.output("mkdir", "-p", sg .. "/block/sr0",
          root .. "/sys/dev/block/11:0/device/scsi_generic/sg3")
        run.spit(sg .. "/type", "5\n")
        for _, listed in ipairs{"/dev/sg3", "/dev/sr0", "/dev/sg4"} do
          local r = run{
            "lua5.4", "-e", ([[
              package.cpath = %q
              local drive = assert(require("sgio_fake").%s("/dev/by-link", {
                root = %q,
                stat = function()
                  return {kind = %q, major = %d, minor = %d}
                end,
                open_cdio = function() return true end,
              }))
              print(select(3, drive:acquire()))
            ]]):format(run.build .. "/spec/?.so", row[1], root, row[2], row[3],
              row[4]),
            env = {DISCRECORDER_NEVER_WRITE = listed},
          }
          assert.are.equal("", r.stderr)
          assert.are.equal(
            listed == "/dev/sg4" and "\n" or "device_not_accessible\n",
            r.stdout, listed)
        end
        run.remove(root)
      end)
  end

  it("is obeyed by every recorder, and does not keep one from reading",
    function()
      local folder = run.folder()
      run.output("mkdir", folder .. "/files")
      local r = run.command("burn", "--quiet", "--no-verify",
        "virtual:" .. folder .. "/disc?medium=cd-rw", folder .. "/files")
      assert.are.equal(0, r.status, r.stderr)
      r = run.command{
        "erase", "virtual:" .. folder .. "/disc",
        env = {DISCRECORDER_NEVER_WRITE = folder .. "/*"},
      }
      assert.are.equal(1, r.status)
      assert.matches("may never be written", r.stderr)
      r = run.command{
        "info", "virtual:" .. folder .. "/disc",
        env = {DISCRECORDER_NEVER_WRITE = folder .. "/*"},
      }
      assert.are.equal(0, r.status, r.stderr)
      run.remove(folder)
    end)
end)
