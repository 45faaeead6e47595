# That nginx -t says of pending migrations what applying them says, file by file,
# and of repeatable ones, too; what runs is t/rehearse.py.
exec 'python3', 't/rehearse.py', @ARGV or die "python3: $!\n";
