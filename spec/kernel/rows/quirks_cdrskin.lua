--- cdrskin on recorders with quirks.
return require "spec.kernel.quirks" "cdrskin"
