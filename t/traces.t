# Many clients whose requests leave things behind on purpose, its short form;
# what runs is t/faults/traces.py.
exec 'python3', 't/faults/traces.py', @ARGV or die "python3: $!\n";
