# Every type of PostgreSQL's there and back; what runs is t/roundtrip.py.
exec 'python3', 't/roundtrip.py', @ARGV or die "python3: $!\n";
