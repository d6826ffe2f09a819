"""stub"""
def render_reports(marts, build): pass
