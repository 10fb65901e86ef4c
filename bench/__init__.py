"""The promises in numbers: one run, stage by stage, each number beside its promise and its yardstick (bench/README.md)."""
