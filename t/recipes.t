# The recipes of docs/recipes.md, each asked what it promises; what runs is t/recipes.py.
exec 'python3', 't/recipes.py', @ARGV or die "python3: $!\n";
