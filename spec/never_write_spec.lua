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
