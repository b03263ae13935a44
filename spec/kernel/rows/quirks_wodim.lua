--- wodim on recorders with quirks.
return require "spec.kernel.quirks" "wodim"
