# The ledger under faults, its short form; what runs is t/faults/ledger.py.
# The long one: t/lib/run-suite t/faults.t :: --seconds 60
exec 'python3', 't/faults/ledger.py', @ARGV or die "python3: $!\n";
