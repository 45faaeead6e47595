# What goes over the wire to PgBouncer; what runs is t/pooler_wire.py.
exec 'python3', 't/pooler_wire.py', @ARGV or die "python3: $!\n";
